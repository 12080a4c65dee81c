package slack

import (
	"encoding/json"
	"net/url"
	"strings"
	"testing"

	slackgo "github.com/slack-go/slack"

	"sereno/adapters/slack/slacktest"
	"sereno/bot"
	"sereno/bot/markup"
)

func written(blocks string) *message {
	return &message{Text: "as text", TS: "1.000001", Blocks: json.RawMessage(blocks)}
}

func section(elements string) string {
	return `[{"type":"rich_text","block_id":"x","elements":[{"type":"rich_text_section","elements":[` + elements + `]}]}]`
}

func TestRichTextIsReadAsItIsMeant(t *testing.T) {
	r := reader{me: "UBOT", name: func(user string) string { return map[string]string{"UANA": "Ana"}[user] }}
	for name, c := range map[string]struct {
		m              *message
		text, markdown string
		mentioned      bool
	}{
		"what has no formatting is read from the text": {
			m: written(section(`{"type":"text","text":"2 * 3 _no_ es"}`)), text: "as text",
		},
		"an address by itself is no formatting": {
			m: written(section(`{"type":"text","text":"ver "},{"type":"link","url":"https://a.example/x"}`)), text: "as text",
		},
		"styles, together and apart": {
			m: written(section(`{"type":"text","text":"Hacé "},{"type":"text","text":"esto ","style":{"bold":true}},` +
				`{"type":"text","text":"ya","style":{"italic":true,"strike":true}},{"type":"text","text":", con "},{"type":"text","text":"ls *","style":{"code":true}}`)),
			text: "Hacé esto ya, con ls *", markdown: "Hacé **esto** *~~ya~~*, con `ls *`",
		},
		"characters that look like marks": {
			m:    written(section(`{"type":"text","text":"5 * 4 * 3 "},{"type":"text","text":"**","style":{"bold":true}}`)),
			text: "5 * 4 * 3 **", markdown: `5 \* 4 \* 3 **\*\***`,
		},
		"a link with a label": {
			m:    written(section(`{"type":"link","url":"https://a.example/(x)","text":"la guía"}`)),
			text: "la guía (https://a.example/%28x%29)", markdown: "[la guía](https://a.example/%28x%29)",
		},
		"a link that leads nowhere good": {
			m:    written(section(`{"type":"link","url":"javascript:alert(1)","text":"x"},{"type":"text","text":"y","style":{"bold":true}}`)),
			text: "xy", markdown: "x**y**",
		},
		"people, groups, channels and emoji by their names": {
			m: written(section(`{"type":"user","user_id":"UANA"},{"type":"text","text":" ","style":{}},{"type":"usergroup","usergroup_id":"S1"},{"type":"channel","channel_id":"C1"},` +
				`{"type":"broadcast","range":"here"},{"type":"emoji","name":"thumbsup"},{"type":"text","text":"!","style":{"bold":true}}`)),
			text: "@Ana @subteam#C1@here:+1:!", markdown: `\@Ana \@subteam\#C1\@here:+1:**\!**`,
		},
		"a mention of the bot is left out": {
			m:    written(section(`{"type":"user","user_id":"UBOT"},{"type":"text","text":": "},{"type":"text","text":"take","style":{"bold":true}},{"type":"text","text":" INC-1"}`)),
			text: "take INC-1", markdown: "**take** INC-1", mentioned: true,
		},
		"paragraphs, code, a quotation": {
			m: written(`[{"type":"rich_text","elements":[
				{"type":"rich_text_section","elements":[{"type":"text","text":"uno\n\ndos\n"}]},
				{"type":"rich_text_preformatted","language":"sh","elements":[{"type":"text","text":"rm *\n` + "```" + `"}]},
				{"type":"rich_text_quote","elements":[{"type":"text","text":"dicho"}]}]}]`),
			text: "uno\n\ndos\n\nrm *\n```\n\n> dicho", markdown: "uno\n\ndos\n\n````sh\nrm *\n```\n````\n\n> dicho",
		},
		"a list in a list": {
			m: written(`[{"type":"rich_text","elements":[
				{"type":"rich_text_list","style":"ordered","indent":0,"elements":[{"type":"rich_text_section","elements":[{"type":"text","text":"uno"}]}]},
				{"type":"rich_text_list","style":"bullet","indent":1,"elements":[{"type":"rich_text_section","elements":[{"type":"text","text":"a"}]},{"type":"rich_text_section","elements":[{"type":"text","text":"b"}]}]},
				{"type":"rich_text_list","style":"ordered","indent":0,"offset":1,"elements":[{"type":"rich_text_section","elements":[{"type":"text","text":"dos"}]}]}]}]`),
			text: "1. uno\n  • a\n  • b\n\n2. dos",
		},
		"blocks of another shape do not cost us the words": {m: written(`[{"type":"rich_text","elements":{"a":1}}]`), text: "as text"},
		"nor do blocks that are no list":                   {m: written(`{"type":7}`), text: "as text"},
		"marks in a text that came without rich text": {
			m:    &message{Text: "*esto* y _aquello_, ~no~, `ls *` en <https://a.example|acá> &lt;ya&gt;"},
			text: "esto y aquello, no, ls * en acá (https://a.example) <ya>", markdown: "**esto** y *aquello*, ~~no~~, `ls *` en [acá](https://a.example) \\<ya\\>",
		},
		"quotations, lists and code in such a text": {
			m:    &message{Text: "&gt; dicho\n• uno\n• dos\n```\nrm &lt;x&gt;\n```\nfin"},
			text: "> dicho\n\n• uno\n• dos\n\nrm <x>\n\nfin", markdown: "> dicho\n\n- uno\n- dos\n\n```\nrm <x>\n```\n\nfin",
		},
		"what only looks like marks":  {m: &message{Text: "5*4*3 snake_case_name ~/a ~/b * x * `"}, text: "5*4*3 snake_case_name ~/a ~/b * x * `"},
		"emoji by their common names": {m: &message{Text: "listo 🎫 :thumbsup: :nuestro_emoji: a las 10:30:45"}, text: "listo :ticket: :+1: :nuestro_emoji: a las 10:30:45"},
	} {
		t.Run(name, func(t *testing.T) {
			text, md, mentioned := r.read(c.m)
			if text != c.text || mentioned != c.mentioned || (c.markdown != "" || name == "what only looks like marks") && md != c.markdown {
				t.Errorf("read %q, %q, mentioned %v", text, md, mentioned)
			}
			if md != "" && letters(strings.ReplaceAll(markup.Plain(md), "@", "")) != letters(strings.ReplaceAll(text, "@", "")) {
				t.Errorf("the Markdown reads %q, not %q", markup.Plain(md), text)
			}
		})
	}
}

func TestTheHistoryGivesTheSameFormattingAsTheEvent(t *testing.T) {
	data := `{"type":"message","user":"U1","ts":"1.000001","text":"*ya*","blocks":` + section(`{"type":"text","text":"ya","style":{"bold":true}},{"type":"emoji","name":"ticket"}`) + `}`
	var live message
	var read slackgo.Message
	if decode([]byte(data), &live) != nil || decode([]byte(data), &read) != nil {
		t.Fatal("it cannot be read")
	}
	kept := fromHistory(read)
	for _, m := range []*message{&live, &kept} {
		if text, md, _ := (reader{}).read(m); text != "ya:ticket:" || md != "**ya**:ticket:" {
			t.Errorf("read %q, %q", text, md)
		}
	}
}

// Whatever people's text or rich text holds, it is read without a panic, and
// its Markdown says what its text says.
func FuzzFormatting(f *testing.F) {
	for _, s := range []string{"*a* _b_ ~c~ `d`", "```x```", "&gt; q\n• l", "<@UBOT> <https://x|y> <!here>", "*_~`", "*a _b* c_"} {
		f.Add(s, section(`{"type":"text","text":"x","style":{"bold":true}}`))
	}
	f.Add("", `[{"type":"rich_text","elements":[{"type":"rich_text_list","indent":-1,"offset":-9,"elements":[{}]},{"type":"rich_text_list","indent":5,"style":{}}]}]`)
	f.Fuzz(func(t *testing.T, text, blocks string) {
		r := reader{me: "UBOT"}
		for _, m := range []*message{{Text: text}, {Text: text, Blocks: json.RawMessage(blocks)}} {
			_, md, _ := r.read(m)
			markdown(md)
		}
	})
}

// Whatever our Markdown holds, Slack takes it, and it calls nobody.
func FuzzMarkdown(f *testing.F) {
	for _, s := range []string{
		"**a** *b* ~~c~~ `d` [e](https://x.example)", "- a\n  - b\n    1. c\n- d", "```sh\nx\n```", "> q\n> - l", "# h", "<!channel> <@U1> @here", ":ticket: 🎫", "---",
		strings.Repeat("*a* ", 3000), strings.Repeat("> ", 200) + "x", strings.Repeat("- ", 200) + "x",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, md string) {
		d := &bot.Delivery{Kind: bot.Post, Channel: "C1", Message: bot.Message{From: md, Markdown: md, Quote: md}}
		for _, p := range render(d) {
			data, err := json.Marshal(p.blocks)
			if err != nil {
				t.Fatal(err)
			}
			if no := slacktest.Refusal(url.Values{"text": {p.text}, "blocks": {string(data)}}); no != "" {
				t.Fatalf("slack would refuse it: %s", no)
			}
			for _, call := range []string{`"type":"user"`, `"type":"usergroup"`, `"type":"broadcast"`, `"type":"mrkdwn"`} {
				if strings.Contains(string(data), call) {
					t.Fatalf("there is %s in %s", call, data)
				}
			}
		}
	})
}
