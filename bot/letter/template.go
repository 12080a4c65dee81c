package letter

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"net/url"
	"strings"
	"text/template"
	"unicode/utf8"
)

// maxRendered bounds what a template makes, in bytes.
const maxRendered = 256 << 10

var errTooLong = errors.New("it makes more than 256 KiB")

// Template is a text with places for a letter's values, in the language of
// text/template: {{.Title}}. Its functions write a value so that it stays one:
// json (with its quotation marks), xml, query (of an address or a form), line
// (all on one line) and cut (at most so many characters: {{cut 160 .Text}}).
type Template struct{ parsed *template.Template }

var functions = template.FuncMap{"json": inJSON, "xml": inXML, "query": url.QueryEscape, "line": line, "cut": cut}

// Parse reads a template. The error says what is wrong with it.
func Parse(text string) (*Template, error) {
	parsed, err := template.New("").Option("missingkey=error").Funcs(functions).Parse(text)
	if err != nil {
		return nil, errors.New(plain(err))
	}
	t := &Template{parsed}
	if _, err := t.Render(Letter{}); err != nil {
		return nil, err
	}
	return t, nil
}

// Render fills the template in.
func (t *Template) Render(l Letter) (string, error) {
	var out bounded
	if err := t.parsed.Execute(&out, l); err != nil {
		if errors.Is(err, errTooLong) {
			return "", errTooLong
		}
		return "", errors.New(plain(err))
	}
	return out.String(), nil
}

// plain is a template's error without the words of the package that says it.
func plain(err error) string {
	return strings.TrimPrefix(strings.TrimPrefix(err.Error(), "template: "), ":")
}

// bounded refuses what is too long.
type bounded struct{ bytes.Buffer }

func (b *bounded) Write(p []byte) (int, error) {
	if b.Len()+len(p) > maxRendered {
		return 0, errTooLong
	}
	return b.Buffer.Write(p)
}

// inJSON is the value as JSON writes a string, with its quotation marks.
func inJSON(s string) (string, error) {
	out, err := json.Marshal(s)
	return string(out), err
}

func inXML(s string) (string, error) {
	var b strings.Builder
	err := xml.EscapeText(&b, []byte(s))
	return b.String(), err
}

// line puts everything on one line: control characters are blanks.
func line(s string) string {
	return strings.Join(strings.Fields(strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r == '\u2028' || r == '\u2029' || r == '\u0085' {
			return ' '
		}
		return r
	}, s)), " ")
}

// cut keeps the first n characters; the last of them says that more followed.
func cut(n int, s string) string {
	if n < 1 {
		return ""
	}
	if utf8.RuneCountInString(s) <= n {
		return s
	}
	return string([]rune(s)[:n-1]) + "…"
}
