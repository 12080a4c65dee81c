package sources

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/net/html"

	"sereno/bot/kb"
)

var namespaceClass = regexp.MustCompile(`(?:^|\s)ns-(-?[0-9]+)(?:\s|$)`)

// apart are the namespaces of MediaWiki in which no articles are, by number: user,
// file, the wiki's own messages, templates, categories, modules. Those below 0 are
// made by the wiki, odd ones are of talk.
// https://www.mediawiki.org/wiki/Manual:Namespace
var apart = []int{2, 6, 8, 10, 14, 274, 710, 828}

// apartNames are their names, and those below 0, in English and Spanish, in small letters.
var apartNames = strings.Fields("user file image mediawiki template category module media special talk timedtext " +
	"usuario usuaria archivo imagen plantilla categoría módulo medio especial discusión")

// aboutTheWiki says of a page of MediaWiki that it is no article but of talk, of a
// user, of a file, or the like: by the number that the page says, or by its name where it says none.
func aboutTheWiki(doc *html.Node) reason {
	why := func(name string) kb.Mistake {
		return kb.Wrong(name, 0, "it is a page of talk, of a user, of a file or about the wiki itself")
	}
	if m := namespaceClass.FindStringSubmatch(attr(element(doc, "body"), "class")); m != nil {
		if n, err := strconv.Atoi(m[1]); err == nil && (n < 0 || n%2 != 0 || slices.Contains(apart, n)) {
			return why
		}
		return nil
	}
	name, _, ok := strings.Cut(mediawikiTitle(doc), ":")
	name = strings.ToLower(strings.TrimSpace(name))
	if ok && (slices.Contains(apartNames, name) || strings.HasSuffix(name, " talk") || strings.HasSuffix(name, " discusión")) {
		return why
	}
	return nil
}

// mediawikiTitle is what a page of MediaWiki is called, with its namespace.
func mediawikiTitle(doc *html.Node) string {
	title := text(first(doc, "firstHeading"))
	if title == "" {
		title = text(element(doc, "title"))
		if i := strings.LastIndex(title, " - "); i > 0 { // "Page - The wiki's name"
			title = title[:i]
		}
	}
	return title
}
