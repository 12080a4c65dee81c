package slack

import (
	"encoding/json"
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"sereno/adapters/slack/slacktest"
	"sereno/bot"
)

const hostile = "<!channel> <@U0VICTIM> <https://evil.example|your bank> *bold* _it_ ~no~ `code` ```x``` &lt;!here&gt; > quote\n> more <!subteam^S1>"

// controls finds what Slack would interpret: brackets that are not escaped.
var controls = regexp.MustCompile(`<[^>]*>`)

func TestOtherPeoplesWordsComeOutInert(t *testing.T) {
	w := newWorld(t)
	_, err := w.deliver(bot.Delivery{Kind: bot.Post, Channel: "C1", Message: bot.Message{
		Title: hostile, Text: hostile, Quote: hostile, Footer: hostile, Fields: []bot.Field{{Label: hostile, Value: hostile}},
		Items:   []bot.Item{{Title: hostile, Body: hostile, URL: "https://kb.example/1"}, {Title: hostile, URL: "javascript:alert(1)"}, {Title: "x", URL: "https://a|b>"}},
		Buttons: []bot.Button{{ID: "take", Label: hostile, Value: hostile}},
	}})
	if err != nil {
		t.Fatal(err)
	}
	m := w.slack.Messages("C1")[0]
	if found := controls.FindAllString(m.Text, -1); found != nil {
		t.Errorf("the fallback holds %q", found)
	}
	var blocks []any
	if err := json.Unmarshal(m.Blocks, &blocks); err != nil {
		t.Fatal(err)
	}
	var links []string
	each(blocks, func(o map[string]any) {
		text, _ := o["text"].(string)
		switch o["type"] {
		case "mrkdwn":
			if controls.MatchString(text) || strings.ContainsAny(strings.Trim(text, "*"), "*_~`") {
				t.Errorf("interpreted: %q", text)
			}
		case "plain_text":
			if controls.MatchString(text) {
				t.Errorf("not escaped: %q", text)
			}
		case "link":
			links = append(links, o["url"].(string))
		case "user", "usergroup", "broadcast", "channel", "team":
			t.Errorf("somebody is called: %v", o)
		}
	})
	if fmt.Sprint(links) != "[https://kb.example/1]" {
		t.Errorf("links to %v", links)
	}
	if b := slacktest.Buttons(m)[0]; b.Value != hostile {
		t.Errorf("the value comes back as %q", b.Value)
	}
}

// each visits every object in decoded JSON.
func each(v any, f func(map[string]any)) {
	switch v := v.(type) {
	case map[string]any:
		f(v)
		for _, x := range v {
			each(x, f)
		}
	case []any:
		for _, x := range v {
			each(x, f)
		}
	}
}

func TestACardReadsAsItShould(t *testing.T) {
	parts := render(&bot.Delivery{Kind: bot.Post, Message: bot.Message{
		Mentions: []string{"U1AB"}, Title: "INC-1 · Pagos", Text: "Hola\n\nmundo", Quote: "no anda", Footer: "acme", Tone: bot.Alarm,
		Fields: []bot.Field{{Label: "Gravedad", Value: "alta"}, {Label: "Dueño"}},
		Items:  []bot.Item{{Title: "Error 500", Body: "Reinicie.", URL: "https://kb.example/1"}},
		Buttons: []bot.Button{
			{ID: "take", Label: "Tomar", Value: "INC-1", Primary: true},
			{ID: "sev", Label: "Alta", Value: "INC-1:high"},
			{ID: "sev", Label: "Baja", Value: "INC-1:low"},
			{ID: "a", Label: "A"},
			{ID: "b", Label: "B"},
			{ID: "resolve", Label: "Resolver", Danger: true},
		},
	}})
	if len(parts) != 1 {
		t.Fatalf("%d parts", len(parts))
	}
	got, err := json.MarshalIndent(parts[0].blocks, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		`"\u003c@U1AB\u003e"`, `":rotating_light: INC-1 · Pagos"`, `"Hola\n\nmundo"`, `"rich_text_quote"`, `"*Gravedad*"`, `"–"`, `"url": "https://kb.example/1"`,
		`"action_id": "sev"`, `"action_id": "sev#2"`, `"style": "primary"`, `"style": "danger"`,
	} {
		if !strings.Contains(string(got), want) {
			t.Errorf("there is no %s in %s", want, got)
		}
	}
	if strings.Count(string(got), `"type": "actions"`) != 2 {
		t.Error("six buttons make two rows")
	}
	want := "<@U1AB> INC-1 · Pagos\nHola\n\nmundo\n“no anda”\nGravedad: alta\nDueño:\n• Error 500 Reinicie.\nacme"
	if parts[0].text != want {
		t.Errorf("the fallback is %q", parts[0].text)
	}
	if buttonID("sev#2") != "sev" || buttonID("sev") != "sev" {
		t.Error("a button's number is no part of what it does")
	}
}

func TestLongTextsAreCutWhereItHurtsLeast(t *testing.T) {
	for name, c := range map[string]struct {
		text string
		max  int
		want []string
	}{
		"short enough":                     {"hola", 10, []string{"hola"}},
		"nothing":                          {" \n ", 10, nil},
		"between paragraphs":               {"uno dos\n\ntres cuatro", 14, []string{"uno dos", "tres cuatro"}},
		"between lines":                    {"uno dos\ntres cuatro", 14, []string{"uno dos", "tres cuatro"}},
		"between words":                    {"uno dos tres", 9, []string{"uno dos", "tres"}},
		"anywhere when there is no choice": {"ñandúñandú", 5, []string{"ñandú", "ñandú"}},
		"as they count when escaped":       {"&&&&", 10, []string{"&&", "&&"}},
		"without control characters":       {"a\x00b\x1bc\u007f", 10, []string{"abc"}},
	} {
		if got := pieces(c.text, c.max); fmt.Sprintf("%q", got) != fmt.Sprintf("%q", c.want) {
			t.Errorf("%s: %q", name, got)
		}
	}
	if got := cut("uno dos tres", 8); got != "uno dos…" {
		t.Errorf("cut to %q", got)
	}
}

// Whatever the bot says, Slack takes it, and nothing of the text is lost.
func TestWhateverIsSaidSlackTakes(t *testing.T) {
	server, err := slacktest.New(slacktest.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	word := rapid.StringOf(rapid.RuneFrom([]rune("aé&<>*_`|~ \n@#!:日🙂\x00")))
	long := rapid.Custom(func(t *rapid.T) string {
		return strings.Repeat(word.Draw(t, "word"), rapid.IntRange(0, 400).Draw(t, "times"))
	})
	rapid.Check(t, func(t *rapid.T) {
		m := bot.Message{
			Mentions: rapid.SliceOfN(rapid.SampledFrom([]string{"U12AB", "W12", "S0TEAM", "<!channel>", ""}), 0, 3).Draw(t, "mentions"),
			Title:    long.Draw(t, "title"), Text: long.Draw(t, "text"), Quote: long.Draw(t, "quote"), Footer: long.Draw(t, "footer"),
		}
		for range rapid.IntRange(0, 12).Draw(t, "fields") {
			m.Fields = append(m.Fields, bot.Field{Label: word.Draw(t, "label"), Value: long.Draw(t, "value")})
		}
		for range rapid.IntRange(0, 60).Draw(t, "items") {
			m.Items = append(m.Items, bot.Item{Title: word.Draw(t, "item"), Body: word.Draw(t, "body"), URL: rapid.SampledFrom([]string{"", "https://kb.example/1", "x"}).Draw(t, "url")})
		}
		for range rapid.IntRange(0, 30).Draw(t, "buttons") {
			m.Buttons = append(m.Buttons, bot.Button{ID: rapid.SampledFrom([]string{"a", "b", "c"}).Draw(t, "id"), Label: long.Draw(t, "label"), Value: "INC-1"})
		}
		d := &bot.Delivery{Kind: bot.Post, Message: m}
		var shown strings.Builder
		for _, p := range render(d) {
			blocks, err := json.Marshal(p.blocks)
			if err != nil {
				t.Fatal(err)
			}
			if wrong := slacktest.Refusal(url.Values{"text": {p.text}, "blocks": {string(blocks)}}); wrong != "" {
				t.Fatalf("slack refuses it: %s\n%s", wrong, blocks)
			}
			for _, b := range p.blocks {
				data, _ := json.Marshal(b)
				var o map[string]any
				if json.Unmarshal(data, &o) == nil && o["type"] == "section" {
					if text, ok := o["text"].(map[string]any); ok && text["type"] == "plain_text" {
						shown.WriteString(unescape(text["text"].(string)))
					}
				}
			}
		}
		if got, want := letters(shown.String()), letters(m.Text); got != want {
			t.Fatalf("of the text %d characters are shown, not %d", len(got), len(want))
		}
	})
}

// letters are what must not be lost: all but white space and what no text may hold.
func letters(s string) string { return strings.Join(strings.Fields(clean(s)), "") }

func TestAPageToAChannelCallsTheTeamsGroupInsteadOfEverybody(t *testing.T) {
	d := &bot.Delivery{Kind: bot.Page, Channel: "C1", Message: bot.Message{Title: "INC-1", Groups: []string{"S0TEAM"}}}
	if got := calls(d); got != "<!subteam^S0TEAM>" {
		t.Errorf("it calls %q", got)
	}
}
