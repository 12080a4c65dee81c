package markup

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// measures are the ways in which platforms count.
var measures = map[string]func(string) int{
	"bytes":   func(s string) int { return len(s) },
	"runes":   utf8.RuneCountInString,
	"units":   units,
	"escaped": func(s string) int { return len(strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace(s)) },
}

// units counts as UTF-16 does.
func units(s string) int {
	n := 0
	for _, r := range s {
		n += utf16.RuneLen(r)
	}
	return n
}

// written is a text as people and programs write them.
func written(t *rapid.T) string {
	piece := rapid.OneOf(
		rapid.StringMatching(`[a-z<&.]{1,12}`),
		rapid.StringMatching(`[a-z]{60,90}`),
		rapid.SampledFrom([]string{"👍🏽", "👩‍💻", "é", "ñandú", "🎫🎫🎫", "漢字", "`x`", "a```b", "x~~~"}),
	)
	between := rapid.SampledFrom([]string{" ", " ", " ", "  ", "\n", "\n", "\n\n", "\n    ", "\r\n", "\t", "", "\n```\n", "\n```go\n", "\n~~~\n", "\n````\n", " ``` "})
	var b strings.Builder
	for range rapid.IntRange(0, 40).Draw(t, "pieces") {
		b.WriteString(piece.Draw(t, "piece"))
		b.WriteString(between.Draw(t, "between"))
	}
	return b.String()
}

func TestSplitKeepsItsPromises(t *testing.T) {
	for name, size := range measures {
		t.Run("measured in "+name, func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				s := written(t)
				max := rapid.IntRange(40, 300).Draw(t, "max")
				parts := Split(s, max, size)
				for _, p := range parts {
					if n := size(p); n > max {
						t.Fatalf("a part of %d, at most %d were asked for: %q", n, max, p)
					}
					if strings.TrimSpace(p) == "" {
						t.Fatalf("an empty part in %q", parts)
					}
					if leftOpen(p) {
						t.Fatalf("a fence is left open in %q", p)
					}
				}
				checkWords(t, s, parts, func(word string) bool {
					// A mark of a fence within a line is not moved to the beginning of one.
					return !fenceMark(word) && size(word)+len("````go\n\n````") <= max
				})
			})
		})
	}
}

// checkWords reports words that are lost, added or broken although they fit.
func checkWords(t *rapid.T, s string, parts []string, fits func(string) bool) {
	var got []string
	for _, p := range parts {
		got = append(got, words(p)...)
	}
	for _, want := range words(s) {
		whole := ""
		for whole != want && len(got) > 0 && strings.HasPrefix(want, whole+got[0]) {
			if whole += got[0]; whole != want && fits(want) {
				t.Fatalf("%q is broken in %q", want, parts)
			}
			got = got[1:]
		}
		if whole != want {
			t.Fatalf("%q is lost in %q", want, parts)
		}
	}
	if len(got) > 0 {
		t.Fatalf("%q is more than was there in %q", got, parts)
	}
}

func leftOpen(s string) bool {
	var in fence
	for line := range strings.SplitSeq(s, "\n") {
		in = in.next(line)
	}
	return in.isOpen()
}

// words are those of a text outside the marks of its fences.
func words(s string) []string {
	var out []string
	var in fence
	for line := range strings.SplitSeq(s, "\n") {
		was := in
		in = in.next(line)
		if !was.isOpen() && in.isOpen() { // what follows the mark is its language or text
			line = strings.TrimLeft(line, " ")[len(in.mark):]
			if language(strings.TrimSpace(line)) != "" {
				continue
			}
		}
		if was.isOpen() && !in.isOpen() {
			continue
		}
		out = append(out, strings.FieldsFunc(line, unicode.IsSpace)...)
	}
	return out
}

func TestSplitOfAnything(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.OneOf(rapid.String(), rapid.Custom(written)).Draw(t, "text")
		max := rapid.IntRange(-1, 12).Draw(t, "max")
		ink := func(s string) string { return strings.Join(strings.Fields(s), "") }
		parts := Split(s, max, utf8.RuneCountInString)
		for _, p := range parts {
			if n := utf8.RuneCountInString(p); n > max && n > 1 {
				t.Fatalf("a part of %d, at most %d were asked for: %q", n, max, p)
			}
		}
		if !strings.ContainsAny(s, "`~") && ink(strings.Join(parts, "")) != ink(s) {
			t.Fatalf("%q became %q", s, parts)
		}
	})
}

func FuzzSplit(f *testing.F) {
	for _, s := range []string{"a b\n\nc", "```go\na\nb\n```\n", "👍🏽👩‍💻", "\xff\xfe```", "~~~\n~~~~\n~~~"} {
		f.Add(s, 10)
		f.Add(s, 40)
	}
	f.Fuzz(func(t *testing.T, s string, max int) {
		for name, size := range measures {
			for _, p := range Split(s, max, size) {
				if size(p) > max && utf8.RuneCountInString(p) > 1 {
					t.Errorf("%q is %d %s, at most %d were asked for", p, size(p), name, max)
				}
				if utf8.ValidString(s) && !utf8.ValidString(p) {
					t.Errorf("%q was cut within a character: %q", s, p)
				}
			}
		}
	})
}

func TestSplit(t *testing.T) {
	for _, c := range []struct {
		name, text string
		max        int
		want       []string
	}{
		{"what fits is one part", "a b\n\nc", 6, []string{"a b\n\nc"}},
		{"nothing is no part", " \n ", 6, nil},
		{"paragraphs first", "aaa bbb\nccc\n\nddd eee", 15, []string{"aaa bbb\nccc", "ddd eee"}},
		{"then lines", "aaa bbb\nccc ddd eee", 12, []string{"aaa bbb", "ccc ddd eee"}},
		{"then words", "aaa bbb ccc", 8, []string{"aaa bbb", "ccc"}},
		{"a word goes to the next part whole", "a bbbbbb", 7, []string{"a", "bbbbbb"}},
		{"a word too long is cut", "abcdefgh", 3, []string{"abc", "def", "gh"}},
		{"indentation stays", "• aaaa\n    • bbbb", 12, []string{"• aaaa", "    • bbbb"}},
		{"characters count as the platform counts", "🎫🎫🎫", 4, []string{"🎫🎫", "🎫"}},
		{"an emoji is not cut from its tone", "👍🏽👍🏽", 7, []string{"👍🏽", "👍🏽"}},
		{"nor from what it is joined to", "ab👩‍💻", 6, []string{"ab", "👩‍💻"}},
		{"code is closed and opened again", "```go\naaaa\nbbbb\ncccc\n```\nend", 20, []string{"```go\naaaa\nbbbb\n```", "```go\ncccc\n```\nend"}},
		{"an opening mark is not left behind", "aaaaaaaa\n```\nbbbb bb\n```", 17, []string{"aaaaaaaa", "```\nbbbb bb\n```"}},
		{"code that fits in a part is not cut", "aaaa aaaa\n\n```\nbbb\nccc\n```", 20, []string{"aaaa aaaa", "```\nbbb\nccc\n```"}},
		{"what is left open is closed", "```\na", 20, []string{"```\na\n```"}},
		{"marks that do not fit are not repeated", "```\naaa bbb\n```", 7, []string{"```\naaa", "bbb\n```"}},
		{"a character too large is a part", "🎫b", 1, []string{"🎫", "b"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, Split(c.text, c.max, units)); diff != "" {
				t.Error(diff)
			}
		})
	}
}
