package sources

import (
	"net/url"
	"path"
	"slices"
	"strings"

	"golang.org/x/net/html"
)

// unseen are elements of which nothing is read.
var unseen = []string{"script", "style", "noscript", "template", "form", "button", "input", "select", "textarea", "iframe", "object", "svg", "nav", "head", "link", "meta"}

// clean takes out of a page's content what is not its text, and writes what is
// written in the wiki's own way as any page would.
func (w wiki) clean(body *html.Node, at *url.URL) {
	for _, n := range slices.Collect(body.Descendants()) {
		if n.Parent == nil {
			continue // taken out with what it was in
		}
		switch {
		case n.Type == html.CommentNode:
			n.Parent.RemoveChild(n)
		case n.Type != html.ElementNode:
		case slices.Contains(unseen, n.Data) || slices.ContainsFunc(w.chrome, func(name string) bool { return named(n, name) }):
			n.Parent.RemoveChild(n)
		case n.Data == "a":
			link(n, at)
		case n.Data == "img":
			image(n)
		case n.Data == "pre":
			code(n)
		}
	}
}

// link keeps what leads out of the wiki, and within it where it is known where the
// page is. Else a link within it leads nowhere from a chat: its words stay, with the
// name of the page where they do not say it.
func link(n *html.Node, at *url.URL) {
	href := strings.TrimSpace(attr(n, "href"))
	if u, err := url.Parse(href); err == nil && at != nil && u.Scheme == "" && href != "" && !strings.HasPrefix(href, "#") {
		n.Attr = []html.Attribute{{Key: "href", Val: at.ResolveReference(u).String()}}
		return
	}
	if u, err := url.Parse(href); err == nil {
		switch strings.ToLower(u.Scheme) {
		case "http", "https", "mailto", "tel":
			n.Attr = []html.Attribute{{Key: "href", Val: u.String()}}
			return
		}
	}
	words, title := text(n), attr(n, "title")
	if words != "" && !strings.HasPrefix(attr(n, "href"), "#") && !named(n, "mediafile") && title != "" && !sameName(words, title) {
		n.AppendChild(&html.Node{Type: html.TextNode, Data: " (" + title + ")"})
	}
	n.Data, n.DataAtom, n.Attr = "span", 0, nil
}

// sameName reports whether the words are the page's name, whatever namespace it is in.
func sameName(words, title string) bool {
	plain := func(s string) string {
		return strings.Join(strings.FieldsFunc(strings.ToLower(s), func(r rune) bool { return r == ' ' || r == '_' || r == '-' }), " ")
	}
	_, last, ok := strings.Cut(title, ":")
	for strings.Contains(last, ":") {
		_, last, _ = strings.Cut(last, ":")
	}
	return plain(words) == plain(title) || ok && plain(words) == plain(last)
}

// image keeps one that can be fetched; of another only what it shows, in words.
func image(n *html.Node) {
	src := strings.TrimSpace(attr(n, "src"))
	alt := strings.TrimSpace(attr(n, "alt"))
	u, err := url.Parse(src)
	if err == nil && (u.Scheme == "https" || u.Scheme == "http") {
		n.Attr = []html.Attribute{{Key: "src", Val: src}, {Key: "alt", Val: alt}}
		return
	}
	if path.Ext(alt) != "" { // a file's name
		alt = ""
	}
	n.Type, n.Data, n.DataAtom, n.Attr = html.TextNode, alt, 0, nil
}

// code makes a block of code plain, and keeps its language where the wiki says it.
func code(n *html.Node) {
	words := raw(n)
	for n.FirstChild != nil {
		n.RemoveChild(n.FirstChild)
	}
	inner := &html.Node{Type: html.ElementNode, Data: "code"}
	if l := languageOf(n); l != "" {
		inner.Attr = []html.Attribute{{Key: "class", Val: "language-" + l}}
	}
	inner.AppendChild(&html.Node{Type: html.TextNode, Data: strings.Trim(words, "\n")})
	n.AppendChild(inner)
	n.Attr = nil
}

// raw is the text under a node as it stands.
func raw(n *html.Node) string {
	var b strings.Builder
	for c := range n.Descendants() {
		switch {
		case c.Type == html.TextNode:
			b.WriteString(c.Data)
		case c.Data == "br":
			b.WriteByte('\n')
		}
	}
	return b.String()
}

// languageOf is the language of a block of code: DokuWiki has it in the class
// after "code" or "file", MediaWiki in one of what surrounds the block, Confluence
// among the parameters of its highlighter.
func languageOf(n *html.Node) string {
	classes := strings.Fields(attr(n, "class"))
	if len(classes) > 1 && (classes[0] == "code" || classes[0] == "file") {
		return word(classes[1])
	}
	for _, p := range strings.Split(attr(n, "data-syntaxhighlighter-params"), ";") {
		if b, ok := strings.CutPrefix(strings.TrimSpace(p), "brush:"); ok {
			return word(strings.TrimSpace(b))
		}
	}
	if n.Parent != nil {
		for _, c := range strings.Fields(attr(n.Parent, "class")) {
			if l, ok := strings.CutPrefix(c, "mw-highlight-lang-"); ok {
				return word(l)
			}
		}
	}
	return ""
}

// word is the text where it is one of letters, digits and the signs that names of
// languages have; else nothing.
func word(s string) string {
	for _, r := range s {
		if (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && !strings.ContainsRune("+#-_.", r) {
			return ""
		}
	}
	return s
}
