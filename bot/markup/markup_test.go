package markup

import (
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"
)

// tagged shows which method got what.
type tagged struct{}

func (tagged) Text(s string) string {
	return strings.NewReplacer("{", "\\{", "}", "\\}").Replace(s)
}
func (tagged) Bold(s string) string     { return "{b " + s + "}" }
func (tagged) Italic(s string) string   { return "{i " + s + "}" }
func (tagged) Strike(s string) string   { return "{s " + s + "}" }
func (tagged) Code(s string) string     { return "{c " + s + "}" }
func (tagged) Fence(l, c string) string { return "{f:" + l + " " + c + "}" }
func (tagged) Link(l, u string) string  { return "{a:" + u + " " + l + "}" }
func (tagged) Quote(s string) string    { return "{q " + s + "}" }
func (tagged) Heading(n int, s string) string {
	return "{h" + string(rune('0'+n)) + " " + s + "}"
}

func (tagged) Item(depth int, marker, s string) string {
	return strings.Repeat("  ", depth) + "{" + marker + " " + s + "}"
}

func TestRender(t *testing.T) {
	for _, c := range []struct{ name, md, want string }{
		{"plain text is text", "hello", "hello"},
		{"styles are told apart", "**b** *i* _j_ ~~s~~ `c`", "{b b} {i i} {i j} {s s} {c c}"},
		{"styles may be in each other", "**b *i* ~~s~~**", "{b b {i i} {s s}}"},
		{"a style in itself is one", "**a **b** c** *x _y_ z*", "{b a b c} {i x y z}"},
		{"paragraphs stand apart by one blank line", "a\n\n\n\nb\n", "a\n\nb"},
		{"the author's line breaks stay", "a\nb  \nc\\\nd", "a\nb\nc\nd"},
		{"lists nest", "- a\n  1. b\n  2. c\n     - d\n- e", "{• a}\n  {1. b}\n  {2. c}\n    {• d}\n{• e}"},
		{"a list counts from where it starts", "7. a\n8. b", "{7. a}\n{8. b}"},
		{"an item may hold code", "- a\n  ```sh\n  ls\n  ```", "{• a\n{f:sh ls}}"},
		{"code is verbatim", "```go\na := `*x*`\n\n  <b>&amp;\n```", "{f:go a := `*x*`\n\n  <b>&amp;}"},
		{"code by indentation", "    x\n    y", "{f: x\ny}"},
		{"headings", "# A\n\nb\n-\n", "{h1 A}\n\n{h2 b}"},
		{"quotations", "> a\n> \n> b *c*", "{q a\n\nb {i c}}"},
		{"a link", "[see *this*](https://x.example/a_b?c=d&e=f#g)", "{a:https://x.example/a_b?c=d&e=f#g see {i this}}"},
		{"a link by reference", "[a][b]\n\n[b]: http://x.example", "{a:http://x.example a}"},
		{"a bare address is a link", "see https://x.example/a_b_c.", "see {a:https://x.example/a_b_c https://x.example/a_b_c}."},
		{"an address in angles is a link", "<https://x.example> <a@x.example>", "{a:https://x.example https://x.example} {a:mailto:a@x.example a@x.example}"},
		{"an address of mail is a link", "[us](mailto:a@x.example)", "{a:mailto:a@x.example us}"},
		{"a picture is a link to it", "![alt *x*](https://x.example/p.png)", "{a:https://x.example/p.png alt {i x}}"},
		{"a picture in a link is its label", "[![p](https://x.example/p.png)](https://x.example)", "{a:https://x.example p}"},
		{"a link without a label shows its address", "[](https://x.example)", "{a:https://x.example https://x.example}"},
		{"any other address is text", "[a](javascript:alert) [b](/docs) [c](file:///x) <ftp://x.example>", "a (javascript:alert) b (/docs) c (file:///x) ftp://x.example"},
		{"an address cannot end the link", "[a](<https://x.example/a|b \"c)>)", "{a:https://x.example/a%7Cb%20%22c%29 a}"},
		{"HTML is text", "<b>a</b> <!-- c -->\n\n<script>\n*x*\n</script>", "<b>a</b> <!-- c -->\n\n<script>\n{i x}\n</script>"},
		{"references are characters", "&lt;b&gt; &amp;amp; &#64;x &#x41; &nope; \\&lt; \\*a\\*", "<b> &amp; @x A &nope; &lt; *a*"},
		{"a table is lines", "| a | *b* |\n|---|:-:|\n| 1 | 2 |", "| a | {i b} |\n| 1 | 2 |"},
		{"a rule is a line", "a\n\n---\n\nb", "a\n\n———\n\nb"},
		{"texts are given in one piece", "{a\\{b&#125;*", "\\{a\\{b\\}*"},
		{"nothing is nothing", " \n\t\n", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, Render(c.md, tagged{})); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestPlain(t *testing.T) {
	for _, c := range []struct{ name, md, want string }{
		{"formatting is left out", "# A\n\n**b** *i* `c`", "A\n\nb i c"},
		{"addresses follow their labels", "[a](https://x.example) https://y.example [w](mailto:a@b.example)", "a (https://x.example) https://y.example w (a@b.example)"},
		{"items have bullets and numbers", "- a\n  more\n  - b\n\n1. c", "• a\n  more\n  • b\n\n1. c"},
		{"quotations keep their angles", "> a\n> b", "> a\n> b"},
		{"code stays", "```\nx\n y\n```", "x\n y"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, Plain(c.md)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func units(s string) int { return len(utf16.Encode([]rune(s))) }

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
