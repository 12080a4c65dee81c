package sources

import (
	"bytes"
	"errors"
	"fmt"
	"net/url"
	"strings"

	"github.com/JohannesKaufmann/html-to-markdown/v2/converter"
	"github.com/JohannesKaufmann/html-to-markdown/v2/plugin/base"
	"github.com/JohannesKaufmann/html-to-markdown/v2/plugin/commonmark"
	"github.com/JohannesKaufmann/html-to-markdown/v2/plugin/table"
	"golang.org/x/net/html"
	"golang.org/x/net/html/charset"

	"sereno/bot/markup"
)

// page is a wiki's page as an article has it.
type page struct {
	title, text string
	// apart is why it is no article, nil where it is one.
	apart reason
}

// convert makes Markdown of a page that was exported by the wiki. at is where the page
// is, nil where that is not known.
func convert(format string, data []byte, at *url.URL) (p page, err error) {
	defer func() {
		if wrong := recover(); wrong != nil { // a page is input, and the converter is not ours
			p, err = page{}, fmt.Errorf("%v", wrong)
		}
	}()
	in, err := charset.NewReader(bytes.NewReader(data), "text/html")
	if err != nil {
		return p, err
	}
	doc, err := html.Parse(in)
	if err != nil {
		return p, err
	}
	w, ok := wikis[format]
	if !ok {
		return p, errors.New("no wiki is called " + format)
	}
	p.title = w.title(doc)
	if w.apart != nil {
		p.apart = w.apart(doc)
	}
	body := w.content(doc)
	if p.apart != nil || body == nil {
		return p, nil
	}
	w.clean(body, at)
	if err := convertible(body); err != nil {
		return p, err
	}
	text, err := markdown().ConvertNode(body)
	if err != nil {
		return p, err
	}
	p.text = withoutTitle(tidy(string(text)), p.title)
	return p, nil
}

// maxSteps bounds what the converter does about the brackets of a page: from each
// that opens it looks ahead for one that closes.
const maxSteps = 1 << 30

// convertible refuses what the converter would be busy with for minutes or hours.
func convertible(body *html.Node) error {
	steps, open := 0, 0
	for n := range body.Descendants() {
		if n.Type != html.TextNode {
			continue
		}
		for _, c := range []byte(n.Data) {
			switch c {
			case '[':
				open++
			case ']':
				open = 0
			}
			steps += open
		}
	}
	if steps > maxSteps {
		return errors.New("it has too many brackets that are open: close them, or take them out")
	}
	return nil
}

func markdown() *converter.Converter {
	return converter.NewConverter(converter.WithPlugins(
		base.NewBasePlugin(), commonmark.NewCommonmarkPlugin(), table.NewTablePlugin(table.WithHeaderPromotion(true)),
	))
}

// tidy takes out what is seen by nobody.
func tidy(text string) string {
	text = strings.ToValidUTF8(text, "\uFFFD")
	text = strings.NewReplacer("\u00a0", " ", "\u200b", "", "\u00ad", "", "\x00", "").Replace(text)
	return strings.TrimSpace(text)
}

// withoutTitle takes the title off the text where it begins with it.
func withoutTitle(text, title string) string {
	first, rest, _ := strings.Cut(text, "\n")
	if heading := strings.TrimLeft(first, "#"); heading != first && strings.TrimSpace(markup.Plain(heading)) == title {
		return strings.TrimSpace(rest)
	}
	return text
}
