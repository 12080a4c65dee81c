package slack

import (
	"strings"
	"testing"
	"unicode/utf8"
)

var names = reader{me: "UBOT", name: func(id string) string { return map[string]string{"U1": "María", "UBOT": "sereno"}[id] }}

func TestMarkupBecomesPlainText(t *testing.T) {
	for name, c := range map[string]struct {
		in, want  string
		mentioned bool
	}{
		"plain words":                         {in: "hola, ¿qué tal?", want: "hola, ¿qué tal?"},
		"entities":                            {in: "a &lt; b &amp;&amp; c &gt; d", want: "a < b && c > d"},
		"an entity of an entity, once":        {in: "&amp;lt;", want: "&lt;"},
		"other entities are nobody's":         {in: "&nbsp; &#39;", want: "&nbsp; &#39;"},
		"a person who is known":               {in: "<@U1> mira", want: "@María mira"},
		"a person who is not":                 {in: "<@U2> mira", want: "@U2 mira"},
		"a person with a label":               {in: "<@U2|juan> mira", want: "@juan mira"},
		"a channel":                           {in: "en <#C1|soporte>", want: "en #soporte"},
		"a channel without its name":          {in: "en <#C1>", want: "en #C1"},
		"everybody here":                      {in: "<!here> <!channel> <!everyone>", want: "@here @channel @everyone"},
		"a group":                             {in: "<!subteam^S1|@guardia> y <!subteam^S2>", want: "@guardia y @subteam"},
		"a date":                              {in: "el <!date^1392734382^{date}|18 de febrero>", want: "el 18 de febrero"},
		"a link":                              {in: "<https://x.example/a?b=1&amp;c=2>", want: "https://x.example/a?b=1&c=2"},
		"a link with a label":                 {in: "<https://x.example|el manual>", want: "el manual (https://x.example)"},
		"a link labelled with itself":         {in: "<https://x.example|https://x.example>", want: "https://x.example"},
		"a link that was typed without http":  {in: "<http://x.example|x.example>", want: "http://x.example"},
		"a mail address":                      {in: "<mailto:a@x.example|a@x.example>", want: "a@x.example"},
		"a telephone":                         {in: "<tel:+541112345678|+54 11 1234-5678>", want: "+54 11 1234-5678 (+541112345678)"},
		"the bot at the beginning":            {in: "<@UBOT> take INC-1", want: "take INC-1", mentioned: true},
		"the bot, addressed":                  {in: "<@UBOT>: take INC-1", want: "take INC-1", mentioned: true},
		"the bot in the middle":               {in: "hola <@UBOT> ayuda", want: "hola ayuda", mentioned: true},
		"the bot at the end":                  {in: "ayuda <@UBOT>", want: "ayuda", mentioned: true},
		"the bot with a label":                {in: "<@UBOT|sereno> ayuda", want: "ayuda", mentioned: true},
		"the bot alone":                       {in: "<@UBOT>", want: "", mentioned: true},
		"the bot in code is a mention still":  {in: "`<@UBOT>`", want: "``", mentioned: true},
		"the bot's name typed is no mention":  {in: "@sereno &lt;@UBOT&gt;", want: "@sereno <@UBOT>"},
		"emoji stay as names":                 {in: ":ticket: :+1::skin-tone-2:", want: ":ticket: :+1::skin-tone-2:"},
		"a bracket that opens nothing":        {in: "a < b", want: "a < b"},
		"a bracket within a bracket":          {in: "<<@U1>", want: "<@María"},
		"empty brackets":                      {in: "<> x", want: "<> x"},
		"broken text":                         {in: "a\xffb", want: "a�b"},
		"formatting stays as it was typed":    {in: "*no* _anda_ `nada`", want: "*no* _anda_ `nada`"},
		"several lines":                       {in: "uno\ndos\n", want: "uno\ndos"},
		"a label's entities are characters":   {in: "<https://x.example|a &amp; b>", want: "a & b (https://x.example)"},
		"an odd token is shown as an address": {in: "<|x>", want: "x ()"},
	} {
		t.Run(name, func(t *testing.T) {
			got, mentioned := names.plain(c.in)
			if got != c.want || mentioned != c.mentioned {
				t.Errorf("%q, mentioned %v", got, mentioned)
			}
		})
	}
}

// Nothing that is typed can be read wrong: what Slack escapes comes out as it was typed.
func FuzzPlain(f *testing.F) {
	for _, seed := range []string{"", hostile, "<@U1>", "<@UBOT|x>: y", "<<>>", "<!date^1^x|", "&amp;lt;", "\xff<"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got, _ := names.plain(s)
		if !utf8.ValidString(got) {
			t.Errorf("%q is no text", got)
		}
		typed := clean(s)
		if got, mentioned := names.plain(escape(s)); got != strings.TrimSpace(typed) || mentioned {
			t.Errorf("typed %q, read %q, mentioned %v", typed, got, mentioned)
		}
		if strings.ContainsAny(escape(s), "<>") {
			t.Errorf("%q is not inert", escape(s))
		}
		for _, p := range pieces(s, 50) {
			if n := utf8.RuneCountInString(escape(p)); n == 0 || n > 50 {
				t.Errorf("a piece of %d characters: %q", n, p)
			}
		}
		if n := utf8.RuneCountInString(escape(cut(s, 20))); n > 20 {
			t.Errorf("cut to %d characters: %q", n, cut(s, 20))
		}
	})
}
