package letter

import (
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/url"
	"slices"
	"strings"
)

// errOpen: somebody's words would be read as more than words.
var errOpen = errors.New("what people write could break out of its place")

// Check tries the template as a body of the media type: filled in with words
// that mean something there, it must have the same form as with harmless ones.
// Types that are neither JSON, XML nor a form are taken as they are.
func (t *Template) Check(mediaType string) error {
	shape := shapeOf(mediaType)
	if shape == nil {
		return nil
	}
	var want string
	for i, words := range []string{"words", `"}],<x>&a=b&lt;'\` + "\n\t]]>--{{.}}%00+é\u2028", "{}", "1"} {
		body, err := t.Render(probe(words))
		if err != nil {
			return err
		}
		got, err := shape(body)
		switch {
		case i == 0 && err != nil:
			return err
		case i == 0:
			want = got
		case err != nil || got != want:
			return errOpen
		}
	}
	return nil
}

// probe is a letter all of whose values are the words.
func probe(s string) Letter {
	return Letter{
		Title: s, Text: s, Quote: s, To: s, Link: s, Callback: s, Incident: s, Severity: s,
		Reason: s, Clock: s, Due: s, Kind: s, Key: s,
	}
}

// shapeOf knows how a body of the media type is read; nil where nothing is known.
func shapeOf(mediaType string) func(string) (string, error) {
	kind, _, err := mime.ParseMediaType(mediaType)
	switch {
	case err != nil:
		return nil
	case kind == "application/json" || strings.HasSuffix(kind, "+json"):
		return jsonShape
	case kind == "application/x-www-form-urlencoded":
		return formShape
	case kind == "application/xml" || kind == "text/xml" || strings.HasSuffix(kind, "+xml"):
		return xmlShape
	}
	return nil
}

func jsonShape(body string) (string, error) {
	d := json.NewDecoder(strings.NewReader(body))
	var v any
	if err := d.Decode(&v); err != nil {
		return "", fmt.Errorf("it makes no JSON (%w)", err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return "", errors.New("it makes more than one JSON value")
	}
	out, err := json.Marshal(hollow(v))
	return string(out), err
}

// hollow is the value with the strings taken out.
func hollow(v any) any {
	switch v := v.(type) {
	case map[string]any:
		for k := range v {
			v[k] = hollow(v[k])
		}
	case []any:
		for i := range v {
			v[i] = hollow(v[i])
		}
	case string:
		return "s"
	}
	return v
}

func formShape(body string) (string, error) {
	values, err := url.ParseQuery(strings.TrimSpace(body))
	if err != nil {
		return "", fmt.Errorf("it makes no form (%w)", err)
	}
	var out []string
	for name, v := range values {
		out = append(out, fmt.Sprintf("%q×%d", name, len(v)))
	}
	slices.Sort(out)
	return strings.Join(out, ","), nil
}

func xmlShape(body string) (string, error) {
	d := xml.NewDecoder(strings.NewReader(body))
	var out strings.Builder
	for {
		t, err := d.Token()
		if errors.Is(err, io.EOF) {
			return out.String(), nil
		}
		if err != nil {
			return "", fmt.Errorf("it makes no XML (%w)", err)
		}
		switch t := t.(type) {
		case xml.StartElement:
			out.WriteString("<" + t.Name.Local)
			for _, a := range t.Attr {
				out.WriteString(" " + a.Name.Local)
			}
		case xml.EndElement:
			out.WriteString(">")
		case xml.Comment, xml.ProcInst, xml.Directive:
			fmt.Fprintf(&out, "%T", t)
		}
	}
}
