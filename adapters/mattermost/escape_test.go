package mattermost

import (
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"

	"sereno/adapters/mattermost/mattermosttest"
	"sereno/bot/markup"
)

// literal is what of a text a reader sees, whatever the blanks.
func literal(s string) string {
	return strings.Join(strings.Fields(strings.Map(func(r rune) rune {
		if r == unicode.ReplacementChar || r != '\n' && r != '\t' && r != '\r' && unicode.Is(unicode.Cc, r) || unicode.Is(unicode.Cf, r) {
			return -1
		}
		return r
	}, s)), " ")
}

var active = regexp.MustCompile(`(^|[^\p{L}\p{N}])[#~][\p{L}\p{N}]`) // hashtags and channels, as clients find them

func TestTextReadsAsItIs(t *testing.T) {
	for name, c := range map[string]struct{ in, want string }{
		"plain text":                      {"La API devuelve 500, ¿no?", "La API devuelve 500, ¿no?"},
		"an address that reads as it is":  {"ver https://kb.example.com/a_b?c=1&d=2#e.", "ver https://kb.example.com/a_b?c=1&d=2#e."},
		"an address in a sentence":        {"(https://kb.example.com/a)", "(`https://kb.example.com/a)`"},
		"an address that holds a mention": {"https://x.example/@all", "`https://x.example/@all`"},
		"other schemes":                   {"ssh://host javascript://x", "`ssh://host` `javascript://x`"},
		"an address without a scheme":     {"www.example.com", "`www.example.com`"},
		"names of emoji":                  {":ticket: :+1: :z9: 10:30:45", ":ticket: :+1: :\u200bz9: 10:30:45"},
		"emoji in a tone":                 {":+1::skin-tone-4:", "👍🏽"},
		"a snake":                         {"snake_case_name", `snake\_case\_name`},
		"one price":                       {"cuesta $5", "cuesta $5"},
		"two prices":                      {"$5 y $6", `\$5 y \$6`},
		"an ampersand":                    {"a & b &amp; c", "a & b &amp;amp; c"},
		"a comparison":                    {"a < b > c", "a &lt; b > c"},
		"a list":                          {"- a\n+ b\n1. c\n2) d", "\\- a\n\\+ b\n1\\. c\n2\\) d"},
		"indentation":                     {"    x\n y", "\u00a0\u00a0\u00a0\u00a0x\n y"},
		"a mention":                       {"@all", "@\u200ball"},
	} {
		if got := inert(c.in); got != c.want {
			t.Errorf("%s: %q is written %q, not %q", name, c.in, got, c.want)
		}
	}
}

func checkInert(t *testing.T, text string) {
	t.Helper()
	read, links, calls := mattermosttest.Read(inert(text))
	if len(calls) > 0 {
		t.Errorf("%q calls %v", text, calls)
	}
	for _, link := range links {
		if !strings.Contains(text, strings.TrimSuffix(link, "/")) {
			t.Errorf("in %q there is a link to %s", text, link)
		}
	}
	if !pieces.MatchString(text) && active.MatchString(read) { // in addresses and code they are neither
		t.Errorf("%q makes a hashtag or a channel: %q", text, read)
	}
}

func FuzzInert(f *testing.F) {
	for _, seed := range []string{
		"", "@all", "*a* _b_ `c`", "<https://x.example|y>", "~town #tag", "![x](https://x.example)", "a\n===\n---", "&#64;all", "\\@all", ":a:b:c:",
		"| a |\n|---|", "    code\n\tcode", "https://x.example/`@all", "$x$ $y$", "[x]: https://x.example\n[x]", "@\u200ball", "https://a b@all.c", "```\n@all",
		"<b@c.d>", "mailto:@here", "0.:\n@channel", "\xff@all", ":+1::skin-tone-2:@all", "x@all.y", "http://@all", "-@all", "_@all_",
	} {
		f.Add(seed)
	}
	f.Fuzz(checkInert)
}

// Text without control characters, emoji and addresses reads the same to the letter.
func FuzzInertIsLiteral(f *testing.F) {
	for _, seed := range []string{"*a*", "a_b_c", "[x](y)", "\\*", "a\n- b\n> c", "~~x~~", "`a``b`", "1. a", "# t", "a\\", "&lt;", "|a|b|\n|-|-|", "+", "\\\\", "<b>x</b>", "***", "\t- x"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		text = strings.Map(func(r rune) rune { // emoji are shown by name, and addresses may be cut off where they end
			if r > unicode.MaxLatin1 || strings.ContainsRune(":./\r\v\f\u0085\u00a9\u00ae", r) {
				return -1
			}
			return r
		}, text)
		if read, _, _ := mattermosttest.Read(inert(text)); literal(read) != literal(text) {
			t.Errorf("%q is written %q and reads %q", text, inert(text), read)
		}
	})
}

func FuzzDialect(f *testing.F) {
	for _, seed := range []string{"**a** @all", "[@all](https://x.example)", "`@all`", "> @all", "- @all\n- b", "```\n@all\n```", "# @all", "<@all>", "~~@all~~", "![@all](https://x.example)"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, md string) {
		_, links, calls := mattermosttest.Read(markup.Render(md, dialect{}))
		if len(calls) > 0 {
			t.Errorf("%q calls %v", md, calls)
		}
		for _, link := range links {
			if !strings.HasPrefix(link, "http://") && !strings.HasPrefix(link, "https://") && !strings.HasPrefix(link, "mailto:") {
				t.Errorf("%q links to %q", md, link)
			}
		}
	})
}

func TestReading(t *testing.T) {
	r := reader{me: "sereno", name: func(username string) string {
		return map[string]string{"ana": "Ana", "maria.perez": "María *P*", "dot": "Dot"}[username]
	}}
	for name, c := range map[string]struct {
		in, text, formatted string
		mentioned           bool
	}{
		"plain":                   {"hola", "hola", "", false},
		"formatting":              {"**hola** _x_", "hola x", "**hola** _x_", false},
		"us at the beginning":     {"@sereno: take INC-7", "take INC-7", "", true},
		"us in another case":      {"@Sereno take", "take", "", true},
		"us at the end":           {"gracias @sereno.", "gracias .", "", true},
		"a person":                {"¿@ana?", "¿@Ana?", "", false},
		"a sentence's end":        {"es de @ana.", "es de @Ana.", "", false},
		"a name with a dot":       {"@maria.perez", "@María *P*", `@María \*P\*`, false},
		"nobody":                  {"@nobody x", "@nobody x", "", false},
		"everybody":               {"@channel @here @all", "@channel @here @all", "", false},
		"an e-mail address":       {"a@ana.example", "a@ana.example", "", false},
		"code":                    {"`@ana :ticket:`", "@ana :ticket:", "`@ana :ticket:`", false},
		"a fence":                 {"```\n@sereno\n```", "@sereno", "```\n@sereno\n```", false},
		"emoji":                   {"✅ :thumbsup: :white_check_mark: :own:", ":white_check_mark: :+1: :white_check_mark: :own:", "", false},
		"an address":              {"[guía](https://x.example/a)", "guía (https://x.example/a)", "[guía](https://x.example/a)", false},
		"broken UTF-8":            {"a\xffb", "a\uFFFDb", "", false},
		"a name in capital, code": {"@ANA", "@Ana", "", false},
	} {
		text, formatted, mentioned := r.read(c.in)
		if text != c.text || formatted != c.formatted || mentioned != c.mentioned {
			t.Errorf("%s: %q reads %q, %q, %v", name, c.in, text, formatted, mentioned)
		}
	}
}

func FuzzReading(f *testing.F) {
	for _, seed := range []string{"", "@", "@sereno", "::", ":a:", "`", "```", "@a.b.c.", "@ana@ana", "😀@ana"} {
		f.Add(seed)
	}
	r := reader{me: "sereno", name: func(u string) string { return map[string]string{"ana": "Ana"}[u] }}
	f.Fuzz(func(t *testing.T, s string) {
		text, formatted, _ := r.read(s)
		if !slices.Equal([]rune(text), []rune(strings.ToValidUTF8(text, ""))) || strings.ToValidUTF8(formatted, "") != formatted {
			t.Errorf("%q reads %q, %q", s, text, formatted)
		}
	})
}
