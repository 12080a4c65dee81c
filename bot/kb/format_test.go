package kb

import (
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"sereno/bot/company"
)

// word is any text of one line as a header can hold it.
func anyLine(t *rapid.T, name string, longest int) string {
	s := strings.ToValidUTF8(rapid.OneOf(
		rapid.StringN(1, longest, 4*longest),
		rapid.SampledFrom([]string{"null", "~", "true", "1", "---", "- a", "a: b", "#x", "[a]", "\"", "'", "2027-06-30", "é ü", "!!str", "%", "@", "`"}),
	).Draw(t, name), "")
	s = strings.Join(strings.Fields(strings.TrimPrefix(s, "\uFEFF")), " ")
	if s == "" || strings.ContainsRune(s, 0) {
		return "x"
	}
	return s
}

func anyArticle(t *rapid.T) *Article {
	list := func(name string) []string {
		var out []string
		for range rapid.IntRange(0, 3).Draw(t, name) {
			out = append(out, anyLine(t, name, 20))
		}
		return out
	}
	a := &Article{
		ID: "some-article", Title: anyLine(t, "title", MaxTitle), Kind: Kind(rapid.SampledFrom(kindNames()).Draw(t, "kind")),
		Language: rapid.SampledFrom([]company.Lang{"es", "en"}).Draw(t, "language"), Tags: list("tags"), Products: list("products"),
		MustRead: rapid.Bool().Draw(t, "must read"), Internal: rapid.Bool().Draw(t, "internal"),
		Text: strings.TrimSpace(strings.ReplaceAll(strings.ToValidUTF8(rapid.String().Draw(t, "text"), ""), "\r\n", "\n")),
	}
	if a.Text == "" {
		a.Text = "---\n\ntext"
	}
	if !a.Internal {
		a.Customers = list("customers")
	}
	if rapid.Bool().Draw(t, "owned") {
		a.Owner, a.Translates = anyLine(t, "owner", 20), anyLine(t, "translates", 20)
		a.Translates = IDOf(a.Translates + "x")
		a.ReviewBy = time.Date(2026, 1, 1+rapid.IntRange(0, 4000).Draw(t, "day"), 0, 0, 0, 0, time.UTC)
	}
	return a
}

func TestWhatIsWrittenIsReadAsTheSameArticle(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := anyArticle(t)
		file := Format(want)
		got, err := ParseArticle(want.ID+".md", file)
		if err != nil {
			t.Fatalf("%v\n%s", err, file)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("(-want +got)\n%s\n%s", diff, file)
		}
	})
}

func TestWhatTheNewFieldsOfAHeaderRefuse(t *testing.T) {
	head := "---\ntitle: T\nkind: faq\nlanguage: es\nvisibility: customers\n"
	for line, want := range map[string]string{
		"review_by: mañana":     "a.md:6: review_by cannot be mañana: write a day as review_by: 2027-06-30",
		"review_by: 0001-01-01": "a.md:6: review_by cannot be 0001-01-01: write a day as review_by: 2027-06-30",
		"must_read: maybe":      "a.md:6: must_read cannot be maybe: write must_read: true / false",
		"translates: a":         "a.md:6: the article would be a translation of itself: write the name of the other one's file without .md",
		"owner:":                "a.md:6: owner must be one text: write owner: …",
	} {
		if _, err := ParseArticle("a.md", []byte(head+line+"\n---\nx")); err == nil || err.Error() != want {
			t.Errorf("%s: %v, want %s", line, err, want)
		}
	}
}

func TestEveryMistakeIsSaidInBothLanguages(t *testing.T) {
	named := regexp.MustCompile(`(?m)(?:p\.wrong|Wrong|mistake)\(.*?"([^"]* [^"]* [^"]*)"`)
	seen := 0
	for _, name := range []string{"article.go", "../mirror.go", "../../internal/sources/wiki.go", "../../internal/sources/mirror.go", "../../internal/cli/mirror.go"} {
		source, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range named.FindAllStringSubmatch(string(source), -1) {
			seen++
			es, ok := spanish[m[1]]
			if !ok || strings.Count(es, "%") != strings.Count(m[1], "%") {
				t.Errorf("in Spanish %q is %q", m[1], es)
			}
		}
	}
	if seen < len(spanish) {
		t.Errorf("%d mistakes were found in the code and %d are translated", seen, len(spanish))
	}
}
