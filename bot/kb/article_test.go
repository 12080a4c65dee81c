package kb

import (
	"errors"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"sereno/bot/company"
)

const rotate = `---
title: How to rotate an API key
kind: tutorial
language: en
tags: [api key, rotation]
products: Payments API
customers: [acme]
visibility: customers
---
Create a second key.
`

func TestParseArticle(t *testing.T) {
	want := &Article{
		ID: "rotate-key", Title: "How to rotate an API key", Kind: Tutorial, Language: company.English,
		Tags: []string{"api key", "rotation"}, Products: []string{"Payments API"}, Customers: []string{"acme"},
		Text: "Create a second key.",
	}
	for name, text := range map[string]string{
		"as it is written":           rotate,
		"with the lines of Windows":  strings.ReplaceAll(rotate, "\n", "\r\n"),
		"with a byte order mark":     "\uFEFF" + rotate,
		"with space after the lines": strings.ReplaceAll(rotate, "---\n", "---  \n")[:3] + strings.ReplaceAll(rotate, "---\n", "---  \n")[5:],
	} {
		t.Run(name, func(t *testing.T) {
			got, err := ParseArticle("en/rotate-key.md", []byte(text))
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(want, got); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestAnArticleIsInternalUnlessItSaysOtherwise(t *testing.T) {
	a, err := ParseArticle("x.md", []byte("---\ntitle: T\nkind: faq\nlanguage: es\n---\nTexto"))
	if err != nil || !a.Internal {
		t.Errorf("internal %v, error %v", a != nil && a.Internal, err)
	}
}

func TestMistakesSayWhereAndWhatToWrite(t *testing.T) {
	for _, tt := range []struct{ name, text, want string }{
		{"no header", "Just text", "a.md:1: no header: begin the file with a line ---, then title:, kind:, language: and visibility:, then another line ---"},
		{"a header without end", "---\ntitle: T\n", "a.md:1: no header: begin"},
		{"nothing in the header", "---\n---\nx", "a.md:1: title is missing: write title: How to rotate an API key"},
		{"an unknown kind", "---\ntitle: T\nkind: tutorail\nlanguage: en\n---\nx", "a.md:3: kind cannot be tutorail: write kind: tutorial"},
		{"a kind like none", "---\ntitle: T\nkind: poem\nlanguage: en\n---\nx", "a.md:3: kind cannot be poem: write kind: faq / tutorial / troubleshooting / procedure / good_practice"},
		{"an unknown language", "---\ntitle: T\nkind: faq\nlanguage: pt\n---\nx", "a.md:4: language cannot be pt: write language: e"},
		{"an unknown field", "---\ntitle: T\nkind: faq\nlanguage: en\ntgas: [a]\n---\nx", "a.md:5: tgas is not known: write tags"},
		{"an unknown visibility", "---\ntitle: T\nkind: faq\nlanguage: en\nvisibility: public\n---\nx", "a.md:5: visibility cannot be public: write visibility: internal / customers"},
		{"a field twice", "---\ntitle: T\ntitle: U\nkind: faq\nlanguage: en\n---\nx", "a.md:3: title is there twice: keep this one or the one of line 2"},
		{"customers of an internal article", "---\ntitle: T\nkind: faq\nlanguage: en\ncustomers: [acme]\n---\nx", "a.md:5: customers are named but the article is internal"},
		{"no customers named", "---\ntitle: T\nkind: faq\nlanguage: en\ncustomers: []\nvisibility: customers\n---\nx", "a.md:5: customers is empty: name at least one, or leave the line out"},
		{"a title without end", "---\ntitle: " + strings.Repeat("x", 201) + "\nkind: faq\nlanguage: en\n---\nx", "a.md:2: the title has 201 characters: write at most 200"},
		{"a list where a text belongs", "---\ntitle: [a]\nkind: faq\nlanguage: en\n---\nx", "a.md:2: title must be one text: write title: …"},
		{"a list of lists", "---\ntitle: T\nkind: faq\nlanguage: en\ntags:\n- [a]\n---\nx", "a.md:6: tags must be a list of texts: write tags: [one, another]"},
		{"no YAML", "---\ntitle: a: b\n---\nx", "a.md:2: the header is not YAML"},
		{"a list for a header", "---\n- a\n---\nx", "a.md:2: the header is not a list of names and values"},
		{"no text", "---\ntitle: T\nkind: faq\nlanguage: en\n---\n\n", "a.md:6: the article is empty: write its text under the header"},
		{"another encoding", "---\ntitle: caf\xe9\n---\nx", "a.md:2: not UTF-8: save the file in that encoding"},
		{"too long", strings.Repeat("x", MaxArticle+1), "a.md:1: it is longer than 1048576 bytes: cut it into several articles"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := ParseArticle("a.md", []byte(tt.text))
			var ms Mistakes
			if !errors.As(err, &ms) || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v\nwant %s", err, tt.want)
			}
		})
	}
}

func TestAllMistakesOfAFolderComeAtOnce(t *testing.T) {
	_, err := LoadDir(fstest.MapFS{
		"a.md":      {Data: []byte("---\ntitle: T\nkind: x1\nlanguage: fr\n---\nText")},
		"b/a.md":    {Data: []byte("---\ntitle: T\nkind: faq\nlanguage: en\n---\nText")},
		"c.md":      {Data: []byte("nothing")},
		"notes.txt": {Data: []byte("not an article")},
	})
	var ms Mistakes
	if !errors.As(err, &ms) || len(ms) != 4 {
		t.Fatalf("got %v", err)
	}
	for i, want := range []string{"a.md:3", "a.md:4", "b/a.md:1: a.md has the same name", "c.md:1"} {
		if !strings.HasPrefix(ms[i].Error(), want) {
			t.Errorf("mistake %d is %q, want %q…", i, ms[i], want)
		}
	}
}

func TestAFolderWithoutMistakes(t *testing.T) {
	articles, err := LoadDir(fstest.MapFS{"en/b.md": {Data: []byte(rotate)}, "a.md": {Data: []byte(rotate)}})
	if err != nil || len(articles) != 2 || articles[0].ID != "a" || articles[1].ID != "b" {
		t.Errorf("got %v, %v", articles, err)
	}
}

func FuzzParseArticle(f *testing.F) {
	f.Add([]byte(rotate))
	f.Add([]byte("---\ntitle: &a [*a]\n---\nx"))
	f.Add([]byte("---\n? [a]\n: b\n---\n```\n| a | b |\n"))
	f.Add([]byte("---\n\x00\n---\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		a, err := ParseArticle("a.md", data)
		if err != nil {
			var ms Mistakes
			if !errors.As(err, &ms) || len(ms) == 0 || a != nil {
				t.Fatalf("article %v, error %v", a, err)
			}
			for _, m := range ms {
				if m.Line < 1 || m.Line > strings.Count(string(data), "\n")+2 {
					t.Errorf("line %d of %q", m.Line, data)
				}
			}
			return
		}
		ix, err := NewIndex([]*Article{a}, Options{Threshold: -1})
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range ix.Suggest(Query{Text: a.Title + " " + a.Text}) {
			checkSuggestion(t, s)
		}
	})
}

func TestTheIDThatAFileGives(t *testing.T) {
	long := strings.Repeat("a-long-name-", 10)
	for _, tt := range []struct{ name, file, want string }{
		{"its name", "refunds.md", "refunds"},
		{"capitals stay", "API-Errors.md", "API-Errors"},
		{"what a command would take apart", "how to: pay\tus.md", "how-to-pay-us"},
		{"letters of any script", "返金.md", "返金"},
		{"nothing", " : .md", ""},
		{"more than a button can carry", long + ".md", "a-long-name-a-long-name-a-long-name-a-long-name-a-long-name-a-7b73da15"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := IDOf(tt.file)
			if got != tt.want || len([]rune(got)) > MaxID {
				t.Errorf("%q of %d characters, want %q", got, len([]rune(got)), tt.want)
			}
		})
	}
	if IDOf(long+"1.md") == IDOf(long+"2.md") {
		t.Error("two long names are one id")
	}
	if _, err := ParseArticle(" .md", []byte("---\ntitle: T\nkind: faq\nlanguage: en\n---\nx")); err == nil || !strings.Contains(err.Error(), "holds no letter") {
		t.Errorf("an article without an id: %v", err)
	}
}

func TestAnArticleNamesWhomTheCompanyHas(t *testing.T) {
	c := &company.Company{Customers: []*company.Customer{{Key: "acme"}, {Key: "globex"}}}
	c.People = []*company.Person{{Key: "ana"}, {Key: "maria", Customer: c.Customers[0]}}
	none := &company.Company{}
	for _, tt := range []struct {
		name, header, want string
		company            *company.Company
	}{
		{"both known", "customers: [acme]\nvisibility: customers\nowner: ana\n", "", c},
		{"nobody is asked", "customers: [initech]\nvisibility: customers\nowner: nobody\n", "", nil},
		{"a slip in a customer", "visibility: customers\ncustomers: [acme, globx]\n", "a.md:6: globx is no customer: write globex", c},
		{"a customer who is none", "visibility: customers\ncustomers: [initech]\n", "a.md:6: initech is no customer: write acme / globex", c},
		{"no customers at all", "visibility: customers\ncustomers: [initech]\n", "a.md:6: initech is no customer, and there are none: leave the line out", none},
		{"a customer's person as the owner", "owner: maria\n", "a.md:5: owner cannot be maria, who is none of our own people: write a name that is among people of the configuration", c},
		{"an owner who is nobody", "owner: bob\n", "a.md:5: owner cannot be bob, who", c},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := ParseArticleOf(tt.company, "a.md", []byte("---\ntitle: T\nkind: faq\nlanguage: en\n"+tt.header+"---\nx"))
			if (err != nil) != (tt.want != "") || err != nil && !strings.HasPrefix(err.Error(), tt.want) {
				t.Errorf("got %v\nwant %s", err, tt.want)
			}
		})
	}
}
