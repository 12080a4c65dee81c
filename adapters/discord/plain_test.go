package discord

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"sereno/adapters/discord/discordtest"
	"sereno/bot/markup"
)

// readers knows one person, one role, one channel, and us.
func readers() reader {
	return reader{
		me:      "80",
		user:    func(id string) string { return map[string]string{"7": "María *la jefa*"}[id] },
		role:    func(id string) (string, bool) { return map[string]string{"9": "agentes"}[id], id == "81" },
		channel: func(id string) string { return map[string]string{"5": "soporte"}[id] },
	}
}

func TestTextIsReadAsPeopleSeeIt(t *testing.T) {
	for name, c := range map[string]struct {
		in, text, md string
		mentioned    bool
	}{
		"plain text stays":              {in: "a & b < c > d", text: "a & b < c > d"},
		"lines and blank lines stay":    {in: "uno\n\n\ndos\n", text: "uno\n\n\ndos"},
		"a path stays":                  {in: `C:\temp\x`, text: `C:\temp\x`},
		"snake case stays":              {in: "un_nombre_largo y __init__.py", text: "un_nombre_largo y init.py", md: `un\_nombre\_largo y **init**.py`},
		"arithmetic stays":              {in: "2 * 3 * 4 ~ 24", text: "2 * 3 * 4 ~ 24"},
		"bold":                          {in: "es **urgente**", text: "es urgente", md: "es **urgente**"},
		"italic, both ways":             {in: "*uno* _dos_", text: "uno dos", md: "*uno* *dos*"},
		"bold and italic":               {in: "***todo***", text: "todo", md: "***todo***"},
		"struck":                        {in: "~~no~~ sí", text: "no sí", md: "~~no~~ sí"},
		"behind a curtain":              {in: "||secreto||", text: "secreto"},
		"one in another":                {in: "**a *b* c**", text: "a b c", md: "**a *b* c**"},
		"marks that nothing closes":     {in: "**a _b ~~c `d", text: "**a _b ~~c `d"},
		"escaped marks":                 {in: `\*no\* \_no\_`, text: "*no* _no_"},
		"code":                          {in: "`rm *` y ``a`b``", text: "rm * y a`b", md: "`rm *` y ``a`b``"},
		"a fence":                       {in: "mirá:\n```go\nx := *y*\n```\n¿ves?", text: "mirá:\n\nx := *y*\n\n¿ves?", md: "mirá:\n\n```go\nx := *y*\n```\n\n¿ves?"},
		"a fence within a line":         {in: "a ```b``` c", text: "a\n\nb\n\nc", md: "a\n\n```\nb\n```\n\nc"},
		"an open fence":                 {in: "```\nx", text: "```\nx"},
		"a quotation":                   {in: "> uno\n> dos\ntres", text: "> uno\n> dos\n\ntres", md: "> uno\n> dos\n\ntres"},
		"a quotation to the end":        {in: ">>> uno\ndos", text: "> uno\n> dos", md: "> uno\n> dos"},
		"a heading":                     {in: "# Título\ntexto", text: "Título\n\ntexto", md: "# Título\n\ntexto"},
		"a list":                        {in: "- uno\n- dos", text: "• uno\n• dos", md: "- uno\n- dos"},
		"a list in a list":              {in: "- uno\n  - dos", text: "• uno\n  • dos", md: "- uno\n    - dos"},
		"numbers":                       {in: "3. tres\n4. cuatro", text: "3. tres\n4. cuatro", md: "3. tres\n4. cuatro"},
		"a link with a label":           {in: "[la guía](https://kb.example.com/a)", text: "la guía (https://kb.example.com/a)", md: "[la guía](https://kb.example.com/a)"},
		"an address":                    {in: "https://x.example/a_b_c?d=*e* y más", text: "https://x.example/a_b_c?d=*e* y más"},
		"an address without a preview":  {in: "<https://x.example/a>", text: "https://x.example/a"},
		"no link to elsewhere":          {in: "[x](javascript:alert(1))", text: "[x](javascript:alert(1))"},
		"a person":                      {in: "<@7>, ¿podés?", text: "@María *la jefa*, ¿podés?"},
		"a person within formatting":    {in: "**ojo** <@!7>", text: "ojo @María *la jefa*", md: `**ojo** \@María \*la jefa\*`},
		"an unknown person":             {in: "<@123>", text: "@123"},
		"a role":                        {in: "<@&9>", text: "@agentes"},
		"our own role":                  {in: "<@&81> ayuda", text: "ayuda", mentioned: true},
		"a channel":                     {in: "en <#5> y <#6>", text: "en #soporte y #6"},
		"everybody":                     {in: "@everyone ayuda", text: "@everyone ayuda"},
		"us at the beginning":           {in: "<@80>, status INC-7", text: "status INC-7", mentioned: true},
		"us at the end":                 {in: "gracias <@80>", text: "gracias", mentioned: true},
		"us in between":                 {in: "che <@80> ¿y?", text: "che ¿y?", mentioned: true},
		"only us":                       {in: "<@80>", text: "", mentioned: true},
		"emoji":                         {in: "listo ✅ 👍", text: "listo :white_check_mark: :+1:"},
		"a server's emoji":              {in: "<:faro:12> <a:gira:34>", text: ":faro: :gira:"},
		"a time":                        {in: "a las <t:1618953630:R>", text: "a las 2021-04-20 21:20 UTC"},
		"a command":                     {in: "usá </incident take:12>", text: "usá /incident take"},
		"what only looks like a token":  {in: "<@x> <#> <t:x> <:a> </x>", text: "<@x> <#> <t:x> <:a> </x>"},
		"broken UTF-8":                  {in: "a\xffb", text: "a�b"},
		"a mention within code is text": {in: "`<@7>`", text: "<@7>", md: "`<@7>`"},
	} {
		t.Run(name, func(t *testing.T) {
			text, md, mentioned := readers().read(c.in)
			if text != c.text || mentioned != c.mentioned {
				t.Errorf("%q reads %q, mentioned %v", c.in, text, mentioned)
			}
			if md != c.md && !(c.md == "" && markup.Plain(md) == text) {
				t.Errorf("%q is %q in Markdown, not %q", c.in, md, c.md)
			}
		})
	}
}

func TestWhatWeEscapeIsReadAsItWas(t *testing.T) {
	for _, s := range escapes {
		escaped(t, s)
	}
}

var escapes = []string{
	"hola", "a_b_c __d__ _e_", "*x* **y** ~~z~~ ||w|| `v` ```u```", "# t\n## u\n-# v\n- w\n+ x\n1. y\n2) z\n> q\n>>> r",
	"<@7> <@!7> <@&9> <#5> <:a:1> <a:b:2> <t:1:R> </x:1> <id:customize>", "@everyone @here @ana", "https://evil.example/a steam://x HTTP://b",
	"discord.gg/abc DISCORD.GG/abc discord.com/invite/x discordapp.com/invite/y", "[a](https://b) [c][1]", `\ \\ \*a\* \`, "a\nb\n\nc",
	"x < y > z <= >= <-", "100 % #1 $5", "1.5 2.\n3.\n 4. a", "mail@here.com a@everyone", "::ticket::", "*", "_", "``", "a`", "~~", "||a", "a|", "|",
	"snake_case_name and _one", "- ", "-", "> ", ">", "#", "# ", "1.", "\u200b@everyone", "http:/x ://", "tab\there",
}

// escaped: Discord shows the text as it is, and nothing in it can be followed.
func escaped(t *testing.T, s string) {
	t.Helper()
	text, links := discordtest.Read(escapeText(s))
	if got := seen(text); got != seen(s) {
		t.Errorf("%q, written %q, shows as %q", s, escapeText(s), got)
	}
	if len(links) > 0 {
		t.Errorf("%q, written %q, links to %q", s, escapeText(s), links)
	}
}

// seen is a text without what has no shape.
func seen(s string) string {
	return strings.Join(strings.Fields(strings.Map(func(r rune) rune {
		if r == utf8.RuneError || unicode.Is(unicode.Cf, r) || unicode.Is(unicode.Cc, r) && r != '\n' && r != '\t' && r != '\r' {
			return -1
		}
		return r
	}, s)), " ")
}

func FuzzEscaped(f *testing.F) {
	for _, s := range escapes {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if len(s) > 2000 {
			return
		}
		text, links := discordtest.Read(escapeText(s))
		plain := strings.ToValidUTF8(s, "")
		if len(links) > 0 {
			t.Errorf("%q, written %q, links to %q", s, escapeText(s), links)
		}
		if got, want := seen(text), seen(plain); got != want {
			t.Errorf("%q, written %q, shows as %q", s, escapeText(s), got)
		}
	})
}

func FuzzRead(f *testing.F) {
	for _, s := range escapes {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		text, md, _ := readers().read(s)
		if !utf8.ValidString(text) || !utf8.ValidString(md) {
			t.Errorf("%q is read as %q, %q", s, text, md)
		}
	})
}

func FuzzOurMarkdown(f *testing.F) {
	for _, s := range append(escapes, "**a** [b](https://c.example/d)", "```go\nx\n```", "- a\n  - b", "> q") {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		out := markup.Render(s, dialect{})
		if strings.Contains(out, "@everyone") && !strings.Contains(out, `\@everyone`) && !strings.Contains(out, "`") {
			t.Errorf("%q says %q", s, out)
		}
	})
}
