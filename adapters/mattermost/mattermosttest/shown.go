package mattermosttest

import (
	"bytes"
	stdhtml "html"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"github.com/mattermost/mattermost/server/public/model"
	"github.com/mattermost/mattermost/server/public/shared/markdown"
	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	extast "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/renderer/html"
	"github.com/yuin/goldmark/text"

	"sereno/bot/emoji"
)

// reading is Markdown as people see it.
type reading struct {
	text  strings.Builder
	links []string
}

// clients read CommonMark with tables, strikethrough and bare addresses
// (docs.mattermost.com, "Format messages").
var clients = goldmark.New(goldmark.WithExtensions(extension.Table, extension.Strikethrough, extension.Linkify))

// read shows Markdown: marks are gone, and what was escaped is itself.
func read(source string) *reading {
	r := &reading{}
	src := []byte(source)
	r.block(clients.Parser().Parse(text.NewReader(src)), src)
	return r
}

func (r *reading) children(n ast.Node, src []byte) {
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		r.block(c, src)
	}
}

func (r *reading) block(n ast.Node, src []byte) {
	switch n := n.(type) {
	case *ast.Text:
		r.text.WriteString(words(n.Segment.Value(src)))
		if n.SoftLineBreak() || n.HardLineBreak() {
			r.text.WriteByte('\n')
		}
	case *ast.String:
		r.text.Write(n.Value)
	case *ast.CodeSpan:
		for c := n.FirstChild(); c != nil; c = c.NextSibling() {
			r.text.Write(c.(*ast.Text).Segment.Value(src))
		}
	case *ast.FencedCodeBlock, *ast.CodeBlock, *ast.HTMLBlock:
		r.lines(n, src)
		if b, ok := n.(*ast.HTMLBlock); ok && b.HasClosure() {
			r.text.Write(b.ClosureLine.Value(src))
		}
	case *ast.RawHTML: // shown as it is
		for i := range n.Segments.Len() {
			at := n.Segments.At(i)
			r.text.Write(at.Value(src))
		}
	case *ast.Link:
		r.links = append(r.links, stdhtml.UnescapeString(string(n.Destination)))
		r.children(n, src)
	case *ast.Image:
		r.links = append(r.links, string(n.Destination))
		r.children(n, src)
	case *ast.AutoLink:
		r.links = append(r.links, string(n.URL(src)))
		r.text.Write(n.Label(src))
	case *ast.ListItem:
		r.text.WriteString("• ")
		r.children(n, src)
	case *extast.TableCell:
		r.children(n, src)
		r.text.WriteByte(' ')
	default:
		r.children(n, src)
	}
	if n.Type() == ast.TypeBlock && n.Kind() != ast.KindDocument {
		r.text.WriteByte('\n')
	}
}

func (r *reading) lines(n ast.Node, src []byte) {
	for _, line := range n.Lines().Sliced(0, n.Lines().Len()) {
		r.text.Write(line.Value(src))
	}
}

// formula is what is set as one, and not shown as it is.
var formula = regexp.MustCompile(`(^|[^\\])\$([^$\n\\]+)\$`)

// words are text without escapes and entities.
func words(raw []byte) string {
	raw = formula.ReplaceAll(raw, []byte("$1$2"))
	var b bytes.Buffer
	w := &writer{&b}
	html.DefaultWriter.Write(w, raw)
	return emojiNames(stdhtml.UnescapeString(b.String()))
}

// writer is a bytes.Buffer as goldmark wants it.
type writer struct{ *bytes.Buffer }

func (w *writer) Available() int { return 1 << 20 }
func (w *writer) Buffered() int  { return 0 }
func (w *writer) Flush() error   { return nil }

var named = regexp.MustCompile(`:[a-z0-9_+-]+:`)

func emojiNames(s string) string {
	return named.ReplaceAllStringFunc(emoji.Names(s), func(name string) string { return ":" + emoji.Common(name) + ":" })
}

// seen is a post as people see it: its text, and what stands in its attachments.
type seen struct {
	text    string
	links   []string
	buttons []string
	calls   []string // usernames, and "all"
}

func see(p *model.Post) seen {
	var out seen
	var texts []string
	show := func(source string) {
		if source == "" {
			return
		}
		r := read(source)
		texts = append(texts, strings.TrimSpace(r.text.String()))
		out.links = append(out.links, r.links...)
		out.calls = append(out.calls, called(source)...)
	}
	show(p.Message)
	for _, a := range p.Attachments() {
		show(a.Pretext)
		show(a.Title)
		show(a.Text)
		for _, f := range a.Fields {
			show(f.Title)
			if v, ok := f.Value.(string); ok {
				show(v)
			}
		}
		if a.Footer != "" {
			texts = append(texts, emojiNames(a.Footer))
			out.calls = append(out.calls, called(a.Footer)...)
		}
		for _, b := range a.Actions {
			out.buttons = append(out.buttons, visible(b.Name))
			out.calls = append(out.calls, called(b.Name)...)
		}
	}
	out.text = strings.Join(texts, "\n")
	slices.Sort(out.calls)
	out.calls = slices.Compact(out.calls)
	return out
}

// visible is text without what has no shape.
func visible(s string) string { return strings.ReplaceAll(s, "\u200b", "") }

// called are the names after an @ in a text, as the server looks for them
// (app/notification.go, getExplicitMentions and processText): outside code, word
// by word, a word being letters, digits and : . - _ @.
func called(source string) []string {
	var out []string
	var run strings.Builder
	flush := func() {
		out = append(out, namesIn(run.String())...)
		run.Reset()
	}
	markdown.Inspect(source, func(node any) bool {
		if t, ok := node.(*markdown.Text); ok {
			run.WriteString(t.Text)
			return false
		}
		flush()
		return true
	})
	flush()
	return out
}

func namesIn(s string) []string {
	var out []string
	for _, w := range strings.FieldsFunc(s, func(r rune) bool {
		return !strings.ContainsRune(":.-_@", r) && !unicode.IsLetter(r) && !unicode.IsNumber(r)
	}) {
		if w[0] == ':' && w[len(w)-1] == ':' {
			continue
		}
		w = strings.TrimLeft(w, ":.-_")
		for _, piece := range append(strings.FieldsFunc(w, func(r rune) bool { return strings.ContainsRune(":.-", r) }), w) {
			name, ok := strings.CutPrefix(strings.ToLower(piece), "@")
			if !ok || name == "" {
				continue
			}
			out = append(out, name)
			if name = strings.TrimRight(name, ":.-_"); name != "" {
				out = append(out, name)
			}
		}
	}
	return out
}

// Read is a text in Mattermost's Markdown as people read it, the addresses that
// can be followed in it, and the names that it calls.
func Read(source string) (text string, links, calls []string) {
	it := see(&model.Post{Message: source})
	return it.text, it.links, it.calls
}
