package plain

import (
	"slices"
	"strings"
	"testing"
)

func TestSentences(t *testing.T) {
	for _, tt := range []struct {
		name, text string
		want       []string
	}{
		{"emphasis and code lose their marks", "Use **bold**, *soft*, __strong__ and `code` in snake_case.", []string{"Use bold, soft, strong and code in snake_case."}},
		{"links read as their text", `See [the page](https://x.example/a "t"), ![a picture](b.png) and <https://y.example>.`, []string{"See the page, a picture and https://y.example."}},
		{"lines of a paragraph are one", "One\ntwo.\n\nThree.", []string{"One two.", "Three."}},
		{"entries of lists stand alone", "- one\n* two\n+ [x] three\n1. four\n2) five", []string{"one", "two", "three", "four", "five"}},
		{"headings stand alone", "# Title #\ntext", []string{"Title", "text"}},
		{"code keeps its lines", "```sh\ncurl  -X POST\nls\n```\nafter", []string{"curl -X POST", "ls", "after"}},
		{"a fence without end does no harm", "```\na * b", []string{"a * b"}},
		{"tables read row by row", "| a | b |\n|---|:-:|\n| 1 | *2* |", []string{"a · b", "1 · 2"}},
		{"quotations lose their mark", "> said\n> so", []string{"said so"}},
		{"comments and tags are left out", "a<!-- hidden\nlines -->b<br/>c <b>d</b>", []string{"abc d"}},
		{"entities are read", "a &amp; b &lt;c&gt;", []string{"a & b <c>"}},
		{"rules are left out", "a\n\n---\n\nb", []string{"a", "b"}},
		{"abbreviations end no sentence", "El Sr. Paz, p. ej. hoy. Y mañana.", []string{"El Sr. Paz, p. ej. hoy.", "Y mañana."}},
		{"versions end no sentence", "Since 2.3.1 it works. Good.", []string{"Since 2.3.1 it works.", "Good."}},
		{"escaped marks are kept", `a \*b\* c`, []string{"a *b* c"}},
		{"nothing", " \n\n", nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var got []string
			for _, s := range Sentences(tt.text) {
				got = append(got, s.Text)
			}
			if !slices.Equal(got, tt.want) {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func FuzzSentences(f *testing.F) {
	f.Add("# a\n- b\n```\nc")
	f.Add(strings.Repeat("*_[", 200))
	f.Fuzz(func(t *testing.T, s string) {
		for _, x := range Sentences(s) {
			if strings.TrimSpace(x.Text) == "" || strings.Contains(x.Text, "\n") {
				t.Errorf("%q is no sentence", x.Text)
			}
		}
	})
}
