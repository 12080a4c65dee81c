package markup

import (
	"strings"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	extast "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// reader is goldmark without HTML: what looks like a tag is text, and the
// Markdown inside is Markdown.
var reader = parser.NewParser(
	parser.WithBlockParsers(
		util.Prioritized(parser.NewSetextHeadingParser(), 100),
		util.Prioritized(parser.NewThematicBreakParser(), 200),
		util.Prioritized(shallow{parser.NewListParser()}, 300),
		util.Prioritized(shallow{parser.NewListItemParser()}, 400),
		util.Prioritized(parser.NewCodeBlockParser(), 500),
		util.Prioritized(parser.NewATXHeadingParser(), 600),
		util.Prioritized(parser.NewFencedCodeBlockParser(), 700),
		util.Prioritized(shallow{parser.NewBlockquoteParser()}, 800),
		util.Prioritized(parser.NewParagraphParser(), 1000),
	),
	parser.WithInlineParsers(
		util.Prioritized(frugal{parser.NewCodeSpanParser()}, 100),
		util.Prioritized(frugalLinks{frugal{parser.NewLinkParser()}}, 200),
		util.Prioritized(frugal{parser.NewAutoLinkParser()}, 300),
		util.Prioritized(frugal{parser.NewEmphasisParser()}, 500),
		util.Prioritized(frugal{extension.NewStrikethroughParser()}, 500),
		util.Prioritized(extension.NewLinkifyParser(extension.WithLinkifyAllowedProtocols(
			[]string{"http:", "https:"})), 999),
	),
	parser.WithParagraphTransformers(
		util.Prioritized(brief{parser.LinkReferenceParagraphTransformer}, 100),
	),
)

var newlines = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\x00", "\uFFFD")

// Parse reads a text in Markdown. A text longer than 256 KiB is taken as plain.
func Parse(md string) Doc {
	md = newlines.Replace(strings.ToValidUTF8(md, "\uFFFD"))
	if len(md) > maxSource {
		return paragraphs(md)
	}
	source := []byte(md)
	t := tree{source: source}
	return t.blocks(reader.Parse(text.NewReader(source)))
}

// paragraphs takes a text as it is, one paragraph after the other.
func paragraphs(s string) Doc {
	var doc Doc
	for p := range strings.SplitSeq(s, "\n\n") {
		if p = strings.Trim(p, "\n"); strings.TrimSpace(p) != "" {
			doc = append(doc, Paragraph{[]Span{Text(p)}})
		}
	}
	return doc
}

// tree makes our tree of the parser's.
type tree struct{ source []byte }

func (t tree) blocks(parent ast.Node) []Block {
	var out []Block
	for n := parent.FirstChild(); n != nil; n = n.NextSibling() {
		if b := t.block(n); b != nil {
			out = append(out, b)
		}
	}
	return out
}

// block is nil for what shows nothing.
func (t tree) block(n ast.Node) Block {
	switch n := n.(type) {
	case *ast.Heading:
		if s := t.spans(n); len(s) > 0 {
			return Heading{n.Level, s}
		}
	case *ast.Paragraph, *ast.TextBlock:
		if s := t.spans(n); len(s) > 0 {
			if t.isTable(n) {
				s = withoutDashes(s)
			}
			return Paragraph{s}
		}
	case *ast.CodeBlock:
		return Fence{Code: t.code(n)}
	case *ast.FencedCodeBlock:
		return Fence{language(resolve(n.Language(t.source))), t.code(n)}
	case *ast.Blockquote:
		if b := t.blocks(n); len(b) > 0 {
			return Quote{b}
		}
	case *ast.List:
		l := List{Ordered: n.IsOrdered(), Start: n.Start}
		for item := n.FirstChild(); item != nil; item = item.NextSibling() {
			if b := t.blocks(item); len(b) > 0 || l.Ordered { // a number counts
				l.Items = append(l.Items, b)
			}
		}
		if len(l.Items) > 0 {
			return l
		}
	case *ast.ThematicBreak:
		return Rule{}
	}
	return nil
}

func (t tree) code(n ast.Node) string {
	return strings.TrimSuffix(string(n.Lines().Value(t.source)), "\n")
}

// language is the name of a language, "" for what cannot be one.
func language(s string) string {
	if len(s) > 40 || strings.Trim(strings.ToLower(s), "abcdefghijklmnopqrstuvwxyz0123456789+-#._") != "" {
		return ""
	}
	return s
}

// isTable reports whether the second line is the dashes under a table's head.
func (t tree) isTable(n ast.Node) bool {
	if n.Lines().Len() < 2 {
		return false
	}
	second := n.Lines().At(1)
	return areDashes(strings.TrimSpace(string(second.Value(t.source))))
}

func areDashes(s string) bool {
	return strings.Contains(s, "-") && strings.Contains(s, "|") && strings.Trim(s, " \t|:-") == ""
}

// withoutDashes takes the second line out of a table, whose rows are lines.
func withoutDashes(spans []Span) []Span {
	for i, s := range spans {
		s, ok := s.(Text)
		if !ok {
			continue
		}
		first, rest, found := strings.Cut(string(s), "\n")
		if !found {
			continue
		}
		second, rows, more := strings.Cut(rest, "\n")
		switch {
		case !areDashes(second): // they are inside of another span
		case more:
			spans[i] = Text(first + "\n" + rows)
		default:
			spans[i] = Text(first)
		}
		break
	}
	return spans
}

// style is what a span is inside of already.
type style struct{ bold, italic, strike, link bool }

func (t tree) spans(n ast.Node) []Span {
	var out line
	t.inline(&out, n, style{})
	return out.trimmed()
}

// inline adds what is under n, flattening a style inside itself.
func (t tree) inline(out *line, parent ast.Node, in style) {
	for n := parent.FirstChild(); n != nil; n = n.NextSibling() {
		switch n := n.(type) {
		case *ast.Text:
			out.text(resolve(n.Segment.Value(t.source)))
			if n.SoftLineBreak() || n.HardLineBreak() {
				out.text("\n")
			}
		case *ast.String:
			out.text(string(n.Value))
		case *ast.CodeSpan:
			if c := t.codeSpan(n); c != "" {
				out.add(Code(c))
			}
		case *ast.Emphasis:
			t.emphasis(out, n, in)
		case *extast.Strikethrough:
			inside := in
			inside.strike = true
			t.styled(out, n, inside, in.strike, func(s []Span) Span { return Strike{s} })
		case *ast.AutoLink:
			t.autoLink(out, n, in)
		case *ast.Link:
			t.link(out, n, n.Destination, in)
		case *ast.Image:
			t.link(out, n, n.Destination, in)
		}
	}
}

func (t tree) emphasis(out *line, n *ast.Emphasis, in style) {
	inside := in
	if n.Level == 1 {
		inside.italic = true
		t.styled(out, n, inside, in.italic, func(s []Span) Span { return Italic{s} })
		return
	}
	inside.bold = true
	t.styled(out, n, inside, in.bold, func(s []Span) Span { return Bold{s} })
}

// styled adds what is under n in a style, or as it is where it has that already.
func (t tree) styled(out *line, n ast.Node, inside style, already bool, wrap func([]Span) Span) {
	if already {
		t.inline(out, n, inside)
		return
	}
	var l line
	t.inline(&l, n, inside)
	if spans := l.all(); len(spans) > 0 {
		out.add(wrap(spans))
	}
}

func (t tree) codeSpan(n *ast.CodeSpan) string {
	var b strings.Builder
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		if c, ok := c.(*ast.Text); ok {
			b.Write(c.Segment.Value(t.source))
		}
	}
	return strings.ReplaceAll(b.String(), "\n", " ")
}

func (t tree) autoLink(out *line, n *ast.AutoLink, in style) {
	label := string(n.Label(t.source))
	target := string(n.URL(t.source))
	if n.AutoLinkType == ast.AutoLinkEmail && !strings.HasPrefix(strings.ToLower(target), "mailto:") {
		target = "mailto:" + target
	}
	if url, ok := address(target); ok && !in.link {
		out.add(Link{[]Span{Text(label)}, url})
		return
	}
	out.text(label)
}

func (t tree) link(out *line, n ast.Node, destination []byte, in style) {
	inside := in
	inside.link = true
	var label line
	t.inline(&label, n, inside)
	spans := label.trimmed()
	raw := resolve(destination)
	url, ok := address(raw)
	switch {
	case in.link:
		out.add(spans...)
	case !ok:
		out.add(spans...)
		out.text(unlinked(spans, raw))
	case len(spans) == 0:
		out.add(Link{[]Span{Text(raw)}, url})
	default:
		out.add(Link{spans, url})
	}
}

// unlinked is how an address is shown that may not be one.
func unlinked(label []Span, raw string) string {
	switch {
	case raw == "":
		return ""
	case len(label) == 0:
		return raw
	case len(label) == 1 && label[0] == Span(Text(raw)):
		return ""
	}
	return " (" + raw + ")"
}
