package bench

import (
	"errors"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"sereno/bot/company"
)

func TestRead(t *testing.T) {
	got, err := Read("s", fstest.MapFS{
		"articles.jsonl": {Data: []byte("\uFEFF{\"id\":\"a\",\"title\":\"Refunds\",\"text\":\"\",\"more\":1}\r\n\n{\"id\":\"b\",\"text\":\"The card\"}")},
		"queries.jsonl":  {Data: []byte(`{"id":"1","query":"q","relevant":["b","a"]}` + "\n" + `{"id":"2","query":"r","relevant":[]}`)},
	})
	if err != nil {
		t.Fatal(err)
	}
	want := Set{
		Name: "s", Language: "en",
		Articles:  []Article{{"a", "Refunds", ""}, {"b", "", "The card"}},
		Questions: []Question{{"1", "q", []string{"b", "a"}}, {"2", "r", []string{}}},
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

func TestMistakesSayWhereAndWhatToWrite(t *testing.T) {
	const article, question = `{"id":"a","title":"T","text":"x"}` + "\n", `{"id":"1","query":"q","relevant":["a"]}` + "\n"
	for _, tt := range []struct{ name, articles, queries, want string }{
		{"no articles", "", question, "articles.jsonl: it is empty: write a line such as {"},
		{"only empty lines", "\n \n", question, "articles.jsonl: it is empty"},
		{"no JSON", article + "a: b\n", question, "articles.jsonl:2: no JSON object: write one a line, such as {"},
		{"another kind", article, question + "[1]\n", "queries.jsonl:2: no JSON object (a JSON array): write one a line"},
		{"a number for an id", `{"id":1,"text":"x"}`, question, `articles.jsonl:1: "id" is a number: write it as in {"id": "refund"`},
		{"no id", `{"title":"T"}`, question, `articles.jsonl:1: "id" is missing: write one, as in {`},
		{"one id twice", article + article, question, `articles.jsonl:2: the id "a" is that of line 1 already: give each its own`},
		{"nothing to find", `{"id":"a","title":" "}`, question, `articles.jsonl:1: the article says nothing: write a "title" or a "text"`},
		{"no question", article, `{"id":"1","query":" ","relevant":[]}`, `queries.jsonl:1: the question is missing: write "query"`},
		{"nothing said of answers", article, `{"id":"1","query":"q"}`, `queries.jsonl:1: "relevant" is missing: write the ids of the articles that answer, or "relevant": []`},
		{"one text for relevant", article, `{"id":"1","query":"q","relevant":"a"}`, `queries.jsonl:1: "relevant" is a string: write it as in {`},
		{"an article that is not there", article, `{"id":"1","query":"q","relevant":["b"]}`, `queries.jsonl:1: no article has the id "b": write one of articles.jsonl`},
		{"an article named twice", article, `{"id":"1","query":"q","relevant":["a","a"]}`, `queries.jsonl:1: "a" is named twice: write it once`},
		{"one question's id twice", article, question + question, `queries.jsonl:2: the id "1" is that of line 1 already`},
		{"another encoding", "{\"id\":\"\xff\"}", question, "articles.jsonl:1: not UTF-8: save the file in that encoding"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := Read("", fstest.MapFS{"articles.jsonl": {Data: []byte(tt.articles)}, "queries.jsonl": {Data: []byte(tt.queries)}})
			if err == nil || !strings.HasPrefix(err.Error(), tt.want) {
				t.Fatalf("got %v\nwant %s", err, tt.want)
			}
			var m Mistake
			if !errors.As(err, &m) {
				t.Fatalf("%v is no mistake", err)
			}
			place, _, _ := strings.Cut(tt.want, ": ")
			if es := m.In(company.Spanish); !strings.HasPrefix(es, place+": ") || es == err.Error() || !regexp.MustCompile("escrib|guard|dale").MatchString(es) {
				t.Errorf("in Spanish: %s", es)
			}
		})
	}
	if _, err := Read("dir", fstest.MapFS{}); err == nil || !strings.HasPrefix(err.Error(), "dir/articles.jsonl: there is no such file: write one") {
		t.Errorf("got %v", err)
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(`{"id":"a","text":"x"}`), []byte(`{"id":"1","query":"q","relevant":["a"]}`))
	f.Add([]byte("{"), []byte("null"))
	f.Fuzz(func(t *testing.T, articles, queries []byte) {
		s, err := Read("", fstest.MapFS{"articles.jsonl": {Data: articles}, "queries.jsonl": {Data: queries}})
		if err == nil && (len(s.Articles) == 0 || len(s.Questions) == 0) {
			t.Error("a set of nothing is taken")
		}
	})
}
