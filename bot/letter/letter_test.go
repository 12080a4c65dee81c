package letter

import (
	"encoding/json"
	"net/url"
	"strings"
	"testing"
)

func TestTemplates(t *testing.T) {
	l := Letter{Title: "INC-7 \"x\"", Text: "a\nb", To: "+54 9", Key: "k", Link: "https://s/ack/t?a&b"}
	for _, tt := range []struct{ name, text, want string }{
		{"a value as it is", "{{.Title}}", `INC-7 "x"`},
		{"a value in JSON has its quotation marks", `{"t":{{json .Title}}}`, `{"t":"INC-7 \"x\""}`},
		{"a value of a form", "t={{query .Title}}&to={{query .To}}", "t=INC-7+%22x%22&to=%2B54+9"},
		{"a value in XML", "<Say>{{xml .Link}}</Say>", "<Say>https://s/ack/t?a&amp;b</Say>"},
		{"everything on one line", "{{line .Text}}", "a b"},
		{"no more than so many characters", "{{cut 3 .Title}}", "IN…"},
		{"what is there only sometimes", "{{with .Severity}}{{.}}{{else}}none{{end}}", "none"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			parsed, err := Parse(tt.text)
			if err != nil {
				t.Fatal(err)
			}
			if got, err := parsed.Render(l); err != nil || got != tt.want {
				t.Errorf("got %q, %v", got, err)
			}
		})
	}
}

func TestWrongTemplatesAreRefused(t *testing.T) {
	for _, tt := range []struct{ name, text, want string }{
		{"a place that is not closed", "{{.Title", "unclosed action"},
		{"a value that there is not", "{{.Titel}}", "can't evaluate field Titel"},
		{"a function that there is not", "{{shout .Title}}", "function \"shout\" not defined"},
		{"one that never ends", "{{range 1000000000}}xxxxxxxxxxxxxxxx{{end}}", "256 KiB"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if _, err := Parse(tt.text); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestWordsStayWordsInEveryBody(t *testing.T) {
	for _, tt := range []struct {
		name, media, text string
		want              string // "" when it is right
	}{
		{"JSON with the function", "application/json", `{"text":{{json .Text}},"n":[1,{{json .Key}}]}`, ""},
		{"JSON between quotation marks", "application/json; charset=utf-8", `{"text":"{{.Text}}"}`, "break out"},
		{"no JSON at all", "application/json", `text={{.Text}}`, "makes no JSON"},
		{"a number that is none", "application/json", `{"text":{{.Key}}}`, "makes no JSON"},
		{"a form with the function", "application/x-www-form-urlencoded", "a={{query .Text}}", ""},
		{"a form without it", "application/x-www-form-urlencoded", "a={{.Text}}", "break out"},
		{"XML with the function", "text/xml", "<r><t>{{xml .Text}}</t></r>", ""},
		{"XML without it", "application/xml", "<r>{{.Text}}</r>", "break out"},
		{"an attribute of XML", "application/soap+xml", `<r a="{{xml .Text}}"/>`, ""},
		{"plain text has nothing to break", "text/plain", "{{.Text}}", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			parsed, err := Parse(tt.text)
			if err != nil {
				t.Fatal(err)
			}
			err = parsed.Check(tt.media)
			if (err == nil) != (tt.want == "") || err != nil && !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v", err)
			}
		})
	}
}

func FuzzWhatPeopleWriteStaysOneValue(f *testing.F) {
	inJSON, err := Parse(`{"title":{{json .Title}}}`)
	if err != nil {
		f.Fatal(err)
	}
	inForm, err := Parse(`title={{query .Title}}`)
	if err != nil {
		f.Fatal(err)
	}
	f.Add("\"},{\"x\":\"")
	f.Add("a&b=c%00\xff\r\n")
	f.Fuzz(func(t *testing.T, words string) {
		body, err := inJSON.Render(Letter{Title: words})
		if err != nil {
			return // longer than any body may be
		}
		var got map[string]string
		if err := json.Unmarshal([]byte(body), &got); err != nil || len(got) != 1 {
			t.Errorf("%q: %v", body, err)
		}
		body, err = inForm.Render(Letter{Title: words})
		if err != nil {
			return
		}
		if v, err := url.ParseQuery(body); err != nil || len(v) != 1 || v.Get("title") != words {
			t.Errorf("%q: %v", body, err)
		}
	})
}
