package sources

import (
	"slices"
	"strings"

	"golang.org/x/net/html"

	"sereno/bot/kb"
)

// wiki says where an export of a wiki has what.
type wiki struct {
	// title is the page's, "" where there is none.
	title func(doc *html.Node) string
	// contents are where the text may be, by ids or classes, the best first.
	contents []string
	// chrome are the ids and classes of what surrounds the text: navigation, links
	// to edit, tables of contents.
	chrome []string
	// apart says why a page is no article: it is the export's own list of its pages, or
	// about the wiki, its people or its files; nil where it is one.
	apart func(doc *html.Node) reason
}

// reason says of a file why it is left out.
type reason func(name string) kb.Mistake

// wikis are those whose exports are read, by the word that a configuration has.
var wikis = map[string]wiki{
	// A page as ?do=export_xhtml gives it, as ?do=export_xhtmlbody does, or as a
	// browser or the plugins for reading offline save it.
	// https://www.dokuwiki.org/export
	"dokuwiki": {
		title: func(doc *html.Node) string {
			title := heading(first(doc, "dokuwiki__content", "export"))
			if title == "" {
				title = heading(doc)
			}
			if title == "" {
				title, _, _ = strings.Cut(text(element(doc, "title")), " [") // "start [The wiki's name]"
			}
			return title
		},
		contents: []string{"export", "page", "dokuwiki__content", "body"},
		chrome: []string{
			"dw__toc", "toc", "secedit", "breadcrumbs", "youarehere", "trace", "pageId", "docInfo", "tools", "dokuwiki__header",
			"dokuwiki__footer", "dokuwiki__aside", "dokuwiki__pagetools", "dokuwiki__sitetools", "a11y", "no", "tagsinlink", "plugin_include_content_toc",
		},
	},
	// A page as it is served, or as a browser, wget or the extension DumpHTML saves it.
	// https://www.mediawiki.org/wiki/Manual:Interface/IDs_and_classes
	"mediawiki": {
		title:    mediawikiTitle,
		contents: []string{"mw-parser-output", "mw-content-text", "bodyContent"},
		chrome: []string{
			"mw-editsection", "editsection", "toc", "siteSub", "contentSub", "contentSub2", "mw-contentSub", "jump-to-nav", "mw-jump-link", "mw-jump",
			"printfooter", "catlinks", "noprint", "navbox", "mw-indicators", "mw-cite-backlink", "mw-empty-elt", "magnify", "visualClear",
			"mw-navigation", "footer", "firstHeading", "mw-authority-control", "usermessage", "vector-body-before-content",
		},
		apart: aboutTheWiki,
	},
	// A page of a space's export as HTML. Its index.html lists the pages.
	// https://confluence.atlassian.com/doc/export-content-to-word-pdf-html-and-xml-139475.html
	"confluence": {
		title: func(doc *html.Node) string {
			title := text(first(doc, "title-text", "title-heading"))
			if title == "" {
				title = text(element(doc, "title"))
			}
			space := text(element(first(doc, "breadcrumbs"), "a"))
			if t, ok := strings.CutPrefix(title, space+" : "); ok && space != "" {
				return t
			}
			if _, t, ok := strings.Cut(title, " : "); ok && space == "" {
				return t
			}
			return title
		},
		contents: []string{"main-content", "wiki-content"},
		chrome: []string{
			"toc-macro", "page-metadata", "breadcrumb-section", "footer", "pageSection", "expand-control-icon", "aui-icon",
			"plugin_pagetree", "children-show-hide", "hidden", "contentLayoutTocWrapper", "comments-section", "likes-and-labels-container",
		},
		apart: func(doc *html.Node) reason {
			if content := first(doc, "main-content"); content == nil || !named(content, "pageSection") {
				return nil
			}
			return func(name string) kb.Mistake { return kb.Wrong(name, 0, "it is the export's own list of its pages") }
		},
	},
}

// content is what holds the text; nil where nothing does.
func (w wiki) content(doc *html.Node) *html.Node {
	for _, name := range w.contents {
		if n := first(doc, name); n != nil {
			return n
		}
		if n := element(doc, name); name == "body" && n != nil {
			return n
		}
	}
	return nil
}

// first is the first element that has one of the ids or classes, which are tried
// in their order.
func first(doc *html.Node, names ...string) *html.Node {
	if doc == nil {
		return nil
	}
	for _, name := range names {
		for n := range doc.Descendants() {
			if n.Type == html.ElementNode && n.Data != "body" && n.Data != "html" && named(n, name) {
				return n
			}
		}
	}
	return nil
}

// element is the first one of the tag.
func element(doc *html.Node, tag string) *html.Node {
	if doc == nil {
		return nil
	}
	for n := range doc.Descendants() {
		if n.Type == html.ElementNode && n.Data == tag {
			return n
		}
	}
	return nil
}

// heading is the text of the first heading that is not a table of contents'.
func heading(doc *html.Node) string {
	if doc == nil {
		return ""
	}
	for n := range doc.Descendants() {
		if n.Type == html.ElementNode && (n.Data == "h1" || n.Data == "h2" || n.Data == "h3") && !within(n, "dw__toc", "headings", "dokuwiki__header") {
			if t := text(n); t != "" {
				return t
			}
		}
	}
	return ""
}

func within(n *html.Node, names ...string) bool {
	for up := range n.Ancestors() {
		if slices.ContainsFunc(names, func(name string) bool { return named(up, name) }) {
			return true
		}
	}
	return false
}

// named reports whether the element has the id or the class.
func named(n *html.Node, name string) bool {
	return attr(n, "id") == name || slices.Contains(strings.Fields(attr(n, "class")), name)
}

func attr(n *html.Node, key string) string {
	if n == nil {
		return ""
	}
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

// text is what is read under a node, in one line.
func text(n *html.Node) string {
	if n == nil {
		return ""
	}
	var b strings.Builder
	for c := range n.Descendants() {
		if c.Type == html.TextNode {
			b.WriteString(c.Data)
		}
	}
	return strings.Join(strings.Fields(strings.ToValidUTF8(b.String(), "\uFFFD")), " ")
}
