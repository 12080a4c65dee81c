package markup

import (
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"unicode"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// hostile are units that, repeated, have brought down parsers of Markdown.
var hostile = []string{
	">", "> ", "- ", "* ", "1. ", "> - ", "- > 1. ", "*", "**", "_", "*a", "a*", "*a **b ", "a**b", "_a_", "**a_b ", "~~a", "~",
	"[", "]", "[a](", "[a](b", "[a](b \"", "![", "](a)", "[a]", "[a]:\n", "[a]: b\n", "[a][", "[[a]](", "`", "a``", "<", "<a ", "<a@", "</", "<!--", "&", "&#",
	"http://a", "www.a ", "www.", "a@b.c ", "a@", "a.", "(", "\\", "\n", " ", "\t", "    a\n\n", "```\n", "~~~`\n", "#", "# *a\n", "a\n-\n",
	"- a\n", "- *a\n", "- a\n\n", "> > > > > > > > a\nb\n", "[a](b\n\n", "|a", "|-", "a|b\n-|-\n", "👩\u200d", "\u0301", "\xff", "\x00",
}

// Where the time grows with the square of the length, this test is felt.
func TestHostileTextsComeToAnEnd(t *testing.T) {
	const length = 1 << 15
	for _, unit := range hostile {
		s := strings.Repeat(unit, length/len(unit))
		Render(s, tagged{})
		Split(s, 2000, units)
		Escape(s)
	}
	var ticks, deeper, definitions strings.Builder
	for i := 1; ticks.Len() < length; i++ {
		ticks.WriteString("a" + strings.Repeat("`", i))
	}
	for i := 0; deeper.Len() < length; i++ {
		deeper.WriteString(strings.Repeat("  ", i) + "- a\n")
	}
	for i := 0; definitions.Len() < length; i++ {
		fmt.Fprintf(&definitions, "[a%d]: b\n\n", i)
	}
	half := strings.Repeat("*", length/2)
	brackets := strings.Repeat("[", length/2) + "a" + strings.Repeat("]", length/2)
	for _, s := range []string{ticks.String(), deeper.String(), definitions.String(), half + "a" + half, brackets, "[a](" + strings.Repeat("(", length), "www." + strings.Repeat("a", length)} {
		Render(s, tagged{})
		Split(s, 2000, units)
	}
}

func TestWhatIsTooLongIsPlain(t *testing.T) {
	s := "*a*\n\n" + strings.Repeat("b", maxSource)
	if got := Parse(s); len(got) != 2 || got[0].(Paragraph).Spans[0] != Span(Text("*a*")) {
		t.Errorf("read as markup: %.100v", got)
	}
}

func TestNestingHasAnEnd(t *testing.T) {
	deep := Render(strings.Repeat("> ", 50)+"a", tagged{})
	if n := strings.Count(deep, "{q"); n != maxDepth {
		t.Errorf("%d quotations in each other", n)
	}
	if !strings.Contains(deep, "> a") {
		t.Errorf("the rest is lost: %s", deep)
	}
}

func TestMarksHaveAnEnd(t *testing.T) {
	shown := Render(strings.Repeat("*a* ", maxMarks), tagged{})
	if n := strings.Count(shown, "{i a}"); n == 0 || n > maxMarks {
		t.Errorf("%d were marked", n)
	}
	if n := strings.Count(shown, "a"); n != maxMarks {
		t.Errorf("%d are left of %d", n, maxMarks)
	}
}

// Whatever somebody writes, put into Markdown of ours by Escape, is that text
// and nothing else.
func checkEscape(t interface{ Fatalf(string, ...any) }, s string) {
	doc := Parse(Escape(s))
	for _, b := range doc {
		p, ok := b.(Paragraph)
		if !ok {
			t.Fatalf("%q escaped is %q, which has a %T", s, Escape(s), b)
		}
		for _, span := range p.Spans {
			if _, ok := span.(Text); !ok {
				t.Fatalf("%q escaped is %q, which has a %T", s, Escape(s), span)
			}
		}
	}
	if got, want := ink(doc.Plain()), ink(strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\x00", "\uFFFD")); got != want {
		t.Fatalf("%q escaped is %q, which reads %q", s, Escape(s), doc.Plain())
	}
}

// ink is a text without white space.
func ink(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return -1
		}
		return r
	}, s)
}

// hostileText is made of what could be markup.
func hostileText() *rapid.Generator[string] {
	pieces := append([]string{"a", "b", "1", "x@y.zz", "https://a.b/c", "www.a.b", "mailto:", "&amp;", "&#42;", "\n", "\n\n", " ", "  \n", "!", ":", ".", ")", "+ ", "= ", "===\n", "---\n", "```go\n", "@", "{", "é"}, hostile...)
	return rapid.Custom(func(t *rapid.T) string {
		return strings.Join(rapid.SliceOfN(rapid.SampledFrom(pieces), 0, 12).Draw(t, "pieces"), "")
	})
}

func TestEscapedTextIsNeverMarkup(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) { checkEscape(t, hostileText().Draw(t, "text")) })
}

// checkDoc is what Parse promises of its tree.
func checkDoc(t *testing.T, bs []Block, depth int) {
	t.Helper()
	if depth > maxDepth+1 {
		t.Fatalf("%d deep", depth)
	}
	for _, b := range bs {
		switch b := b.(type) {
		case Paragraph:
			checkSpans(t, b.Spans, "")
		case Heading:
			checkSpans(t, b.Spans, "")
			if b.Level < 1 || b.Level > 6 {
				t.Errorf("a heading of level %d", b.Level)
			}
		case Quote:
			checkDoc(t, b.Blocks, depth+1)
		case List:
			for _, item := range b.Items {
				checkDoc(t, item, depth+1)
			}
		case Fence:
			if strings.ContainsAny(b.Lang, " \n`<>@") {
				t.Errorf("a language %q", b.Lang)
			}
		}
	}
}

func checkSpans(t *testing.T, ss []Span, in string) {
	t.Helper()
	if len(ss) == 0 {
		t.Errorf("nothing in %q", in)
	}
	text := false
	for _, s := range ss {
		_, isText := s.(Text)
		if text && isText {
			t.Errorf("two texts side by side in %#v", ss)
		}
		text = isText
		var kind string
		var inside []Span
		switch s := s.(type) {
		case Text:
			if s == "" {
				t.Errorf("an empty text in %#v", ss)
			}
			continue
		case Code:
			if s == "" || strings.Contains(string(s), "\n") {
				t.Errorf("code %q", s)
			}
			continue
		case Bold:
			kind, inside = "b", s.Spans
		case Italic:
			kind, inside = "i", s.Spans
		case Strike:
			kind, inside = "s", s.Spans
		case Link:
			kind, inside = "a", s.Spans
			u, err := url.Parse(s.URL)
			if err != nil || (u.Scheme != "http" && u.Scheme != "https" && u.Scheme != "mailto") || strings.ContainsAny(s.URL, " \n\t<>()|\"'`\\") {
				t.Errorf("a link to %q", s.URL)
			}
		}
		if strings.Contains(in, kind) {
			t.Errorf("%s is inside itself: %#v", kind, ss)
		}
		checkSpans(t, inside, in+kind)
	}
}

var marks = regexp.MustCompile(`[*~` + "`" + `•>.0-9]`)

func FuzzParse(f *testing.F) {
	for _, s := range append([]string{
		"**b** *i* ~~s~~ `c` [a](https://x.example) <https://y.example>", "- a\n  1. b\n\n> c\n\n```go\nd\n```", "# a\n\n| a | b |\n|---|---|\n| 1 | 2 |",
		"[a](javascript:b) ![c](data:d) &lt; \\* <b>", "* a\n\n      b\n> c\nd\n***\n", "a@b.c www.d.e", "{b x} \\{",
	}, hostile...) {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		doc := Parse(s)
		checkDoc(t, doc, 0)
		doc.Render(tagged{})
		checkEscape(t, s)
		again := Parse(doc.Markdown())
		// Marks that touch other marks may show, and lists side by side become one;
		// nothing else may come or go.
		letters := func(d Doc) string { return marks.ReplaceAllString(ink(d.Plain()), "") }
		if diff := cmp.Diff(letters(doc), letters(again)); diff != "" {
			t.Errorf("%q, written as %q, reads otherwise: %s", s, doc.Markdown(), diff)
		}
	})
}
