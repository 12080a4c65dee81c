package mattermost

import (
	"net/url"
	"strings"

	"sereno/bot/markup"
)

// dialect is Mattermost's Markdown.
// Source: docs.mattermost.com, "Format messages".
type dialect struct{}

var _ markup.Dialect = dialect{}

func (dialect) Text(s string) string { return inert(s) }

func (dialect) Bold(inner string) string   { return around("**", inner) }
func (dialect) Italic(inner string) string { return around("*", inner) }
func (dialect) Strike(inner string) string { return around("~~", inner) }

// around puts marks around what they are for. Marks beside a blank would be characters.
func around(mark, inner string) string {
	text := strings.TrimSpace(inner)
	if text == "" {
		return inner
	}
	start := strings.Index(inner, text)
	return inner[:start] + mark + text + mark + inner[start+len(text):]
}

func (dialect) Code(s string) string { return codeSpan(s) }

func codeSpan(s string) string {
	s = strings.ReplaceAll(clean(s), "\n", " ")
	if strings.TrimSpace(s) == "" {
		return s
	}
	ticks := strings.Repeat("`", longestRun(s, '`')+1)
	if s[0] == '`' || s[len(s)-1] == '`' {
		s = " " + s + " "
	}
	return ticks + s + ticks
}

func (dialect) Fence(lang, code string) string {
	fence := strings.Repeat("`", max(longestRun(code, '`')+1, 3))
	lang = strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r == '+' || r == '#' || r == '-' {
			return r
		}
		return -1
	}, strings.ToLower(lang))
	if lang == "latex" || lang == "tex" { // would be set as a formula
		lang = ""
	}
	return fence + lang + "\n" + strings.TrimRight(clean(code), "\n") + "\n" + fence
}

func longestRun(s string, of rune) int {
	longest, run := 0, 0
	for _, r := range s {
		if r != of {
			run = 0
			continue
		}
		run++
		longest = max(longest, run)
	}
	return longest
}

func (dialect) Link(label, address string) string {
	target := linkTarget(address)
	if target == "" {
		return label
	}
	if label == "" || label == inert(address) && safeLink.MatchString(address) {
		return address
	}
	return "[" + strings.ReplaceAll(label, "\n", " ") + "](" + target + ")"
}

// linkTarget is an address that ends where it ends, "" when it is none that may
// be followed.
func linkTarget(address string) string {
	u, err := url.Parse(strings.TrimSpace(address))
	if err != nil || (u.Scheme != "https" && u.Scheme != "http" && u.Scheme != "mailto") {
		return ""
	}
	if u.Scheme != "mailto" && u.Host == "" {
		return ""
	}
	return strings.NewReplacer("(", "%28", ")", "%29", "<", "%3C", ">", "%3E", "[", "%5B", "]", "%5D", `\`, "%5C", "`", "%60",
		"*", "%2A", "@", "%40", "|", "%7C", `"`, "%22", " ", "%20").Replace(u.String())
}

func (dialect) Heading(level int, inner string) string {
	return strings.Repeat("#", max(4, min(level+2, 6))) + " " + inner
}

func (dialect) Item(depth int, marker, inner string) string {
	if marker == "•" {
		marker = "-"
	}
	return strings.Repeat("    ", depth) + marker + " " + inner
}

func (dialect) Quote(inner string) string { return quoted(inner) }

func quoted(inner string) string {
	return "> " + strings.ReplaceAll(inner, "\n", "\n> ")
}
