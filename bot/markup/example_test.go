package markup_test

import (
	"fmt"
	"html"
	"unicode/utf8"

	"sereno/bot/markup"
)

// page is the dialect of web pages.
type page struct{}

func (page) Text(s string) string       { return html.EscapeString(s) }
func (page) Bold(inner string) string   { return "<b>" + inner + "</b>" }
func (page) Italic(inner string) string { return "<i>" + inner + "</i>" }
func (page) Strike(inner string) string { return "<s>" + inner + "</s>" }
func (page) Code(s string) string       { return "<code>" + html.EscapeString(s) + "</code>" }

func (page) Fence(_, code string) string { return "<pre>" + html.EscapeString(code) + "</pre>" }

func (page) Link(label, url string) string {
	return `<a href="` + html.EscapeString(url) + `">` + label + "</a>"
}

func (page) Heading(n int, inner string) string    { return fmt.Sprintf("<h%d>%s</h%d>", n, inner, n) }
func (page) Item(_ int, mark, inner string) string { return "<p>" + mark + " " + inner + "</p>" }
func (page) Quote(inner string) string             { return "<blockquote>" + inner + "</blockquote>" }

func ExampleRender() {
	fmt.Println(markup.Render("**Rotate** the [key](https://example.com/keys?a&b):\n1. <new>\n2. ~~old~~", page{}))
	// Output:
	// <b>Rotate</b> the <a href="https://example.com/keys?a&amp;b">key</a>:
	//
	// <p>1. &lt;new&gt;</p>
	// <p>2. <s>old</s></p>
}

func ExamplePlain() {
	fmt.Println(markup.Plain("**Rotate** the [key](https://example.com/keys)."))
	// Output: Rotate the key (https://example.com/keys).
}

func ExampleDoc_Markdown() {
	doc := markup.Doc{markup.Paragraph{Spans: []markup.Span{
		markup.Bold{Spans: []markup.Span{markup.Text("2*3")}}, markup.Text(" is <six>"),
	}}}
	fmt.Println(doc.Markdown())
	// Output: **2\*3** is \<six\>
}

func ExampleSplit() {
	for _, part := range markup.Split("Run this:\n\n```sh\nmake build\nmake test\n```", 24, utf8.RuneCountInString) {
		fmt.Println(part)
		fmt.Println("--")
	}
	// Output:
	// Run this:
	// --
	// ```sh
	// make build
	// ```
	// --
	// ```sh
	// make test
	// ```
	// --
}
