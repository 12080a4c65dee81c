package markup

import (
	"strings"
	"testing"

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
		{"what is no table keeps its lines", "*a\n-|-\nb*\nc\nd", "{i a\n-|-\nb}\nc\nd"},
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
