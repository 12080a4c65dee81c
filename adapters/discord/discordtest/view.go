package discordtest

import (
	"regexp"
	"strings"

	"sereno/adapters/adaptertest"
	"sereno/bot/emoji"
)

// view shows a message as Discord's client does. The rules are those of the
// client's Markdown, in its order; see github.com/brussell98/discord-markdown
// for the expressions.
func (s *Server) view(m *message) adaptertest.Shown {
	if m.seen != nil {
		return *m.seen
	}
	v := &viewer{s: s}
	lines := []string{v.text(m.content, true)}
	for _, e := range m.embeds {
		lines = append(lines, v.text(e.Title, false), v.text(e.Description, true))
		for _, f := range e.Fields {
			lines = append(lines, v.text(f.Name, false), v.text(f.Value, true))
		}
		if e.Footer != nil {
			lines = append(lines, e.Footer.Text)
		}
	}
	var out []string
	for _, l := range lines {
		if l != "" {
			out = append(out, l)
		}
	}
	m.seen = &adaptertest.Shown{Text: emoji.Names(strings.Join(out, "\n")), Links: v.links}
	return *m.seen
}

type viewer struct {
	s     *Server
	links []string
	whole bool // links and blocks are read, which titles do not have
}

func (v *viewer) text(s string, whole bool) string {
	v.whole = whole
	return strings.TrimSpace(v.read(s, true))
}

var rules = []struct {
	name   string
	expr   *regexp.Regexp
	blocks bool // only at the beginning of a line, and not in titles
}{
	{"escape", regexp.MustCompile(`^\\([^0-9A-Za-z\s])`), false},
	{"fence", regexp.MustCompile("(?s)^```(?:[a-z0-9_+\\-.#]+?\n)?\n*([^\n].*?)\n*```"), false},
	{"quote", regexp.MustCompile(`^>>> ((?s).*)$`), true},
	{"quote", regexp.MustCompile(`^> ([^\n]*)`), true},
	{"heading", regexp.MustCompile(`^#{1,3} +([^\n]*)`), true},
	{"heading", regexp.MustCompile(`^-# +([^\n]*)`), true},
	{"item", regexp.MustCompile(`^ *[-*] +([^\n]*)`), true},
	{"number", regexp.MustCompile(`^ *(\d+\.) +([^\n]*)`), true},
	{"address", regexp.MustCompile(`^<(https?://[^\s<>]+)>`), false},
	{"user", regexp.MustCompile(`^<@!?(\d+)>`), false},
	{"role", regexp.MustCompile(`^<@&(\d+)>`), false},
	{"channel", regexp.MustCompile(`^<#(\d+)>`), false},
	{"emoji", regexp.MustCompile(`^<a?:(\w+):\d+>`), false},
	{"time", regexp.MustCompile(`^<t:-?\d+(?::[tTdDfFR])?>`), false},
	{"command", regexp.MustCompile(`^</([^:>]+):\d+>`), false},
	{"link", regexp.MustCompile(`^\[((?:\\.|[^\[\]\\])*)\]\(<?(https?://[^\s<>()]+)>?\)`), false},
	{"invite", regexp.MustCompile(`^(?i:discord(?:app)?\.(?:gg|com/invite)/\w+)`), false},
	{"url", regexp.MustCompile(`^(?:https?|steam)://[^\s<]+[^<.,:;"'\]\s)]`), false},
	{"emphasis", regexp.MustCompile(`(?s)^\*((?:\*\*|\s+(?:[^*\s]|\*\*)|[^\s*])+?)\*`), false},
}

// pairs are styles with marks on both sides.
var pairs = []string{"**", "__", "~~", "||"}

// special are the characters with which something can begin within a line.
const special = "\n\\`*_~|<[hsdHSD"

func (v *viewer) read(s string, start bool) string {
	var b strings.Builder
	before := byte('\n')
	for s != "" {
		if n := strings.IndexAny(s, special); !start && n != 0 {
			if n < 0 {
				n = len(s)
			}
			b.WriteString(s[:n])
			before, s = s[n-1], s[n:]
			start = before == '\n'
			continue
		}
		text, used := v.one(s, start, before)
		if used == 0 {
			text, used = s[:1], 1
		}
		b.WriteString(text)
		before = s[used-1]
		start = before == '\n'
		s = s[used:]
	}
	return b.String()
}

// one reads the piece at the beginning of s; 0 when it is a plain character.
func (v *viewer) one(s string, start bool, before byte) (string, int) {
	if n := len(s) - len(strings.TrimLeft(s, "`")); n > 0 && !strings.HasPrefix(s, "```") {
		if end := ticks(s, n); end > 0 {
			return strings.TrimSpace(s[n:end]), end + n
		}
		return s[:n], n
	}
	for _, r := range rules {
		if r.blocks && (!start || !v.whole) {
			continue
		}
		m := r.expr.FindStringSubmatch(s)
		if m == nil || r.name == "emphasis" && strings.HasPrefix(s[len(m[0]):], "*") && !strings.HasPrefix(s, "**") {
			continue
		}
		if r.name == "emphasis" && strings.HasPrefix(s, "**") {
			continue // strong is tried below
		}
		return v.show(r.name, m), len(m[0])
	}
	for _, mark := range pairs {
		if strings.HasPrefix(s, mark) {
			if end := paired(s, mark); end > 0 {
				return v.read(s[len(mark):end], false), end + len(mark)
			}
		}
	}
	if s[0] == '_' && !word(before) {
		if end := underscored(s); end > 0 {
			return v.read(s[1:end], false), end + 1
		}
	}
	return "", 0
}

func (v *viewer) show(rule string, m []string) string {
	switch rule {
	case "escape", "fence":
		return m[1]
	case "quote", "heading":
		return v.read(m[1], true)
	case "item":
		return "• " + v.read(m[1], false)
	case "number":
		return m[1] + " " + v.read(m[2], false)
	case "address", "url", "invite":
		address := m[len(m)-1]
		if v.whole {
			v.links = append(v.links, address)
		}
		return address
	case "link":
		if !v.whole {
			return m[0]
		}
		v.links = append(v.links, m[2])
		return v.read(m[1], false)
	case "user":
		if u := v.s.users[m[1]]; u != nil {
			return "@" + u.shown()
		}
		return "@unknown-user"
	case "role":
		return "@role"
	case "channel":
		return "#channel"
	case "emoji":
		return ":" + m[1] + ":"
	case "time":
		return "a time"
	case "command":
		return "/" + m[1]
	}
	return v.read(m[1], false)
}

// ticks finds the run of n back quotes that ends code; 0 when there is none.
func ticks(s string, n int) int {
	for i := n; i < len(s); {
		if s[i] != '`' {
			i++
			continue
		}
		m := len(s[i:]) - len(strings.TrimLeft(s[i:], "`"))
		if m == n {
			return i
		}
		i += m
	}
	return 0
}

// paired finds the mark that ends a style, which must not be empty; 0 when there is none.
func paired(s, mark string) int {
	for i := len(mark) + 1; i+len(mark) <= len(s); i++ {
		if s[i-1] == '\\' && (i < 2 || s[i-2] != '\\') {
			continue
		}
		if strings.HasPrefix(s[i:], mark) && !strings.HasPrefix(s[i+1:], mark) {
			return i
		}
	}
	return 0
}

// underscored finds the mark that ends emphasis with underscores.
func underscored(s string) int {
	for i := 2; i < len(s); i++ {
		if s[i] != '_' || s[i-1] == '\\' {
			continue
		}
		if strings.HasPrefix(s[i:], "__") {
			i++
			continue
		}
		if i+1 == len(s) || !word(s[i+1]) {
			return i
		}
	}
	return 0
}

func word(c byte) bool {
	return c == '_' || '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
}

// Read shows a text in Discord's markup as a message without any people would
// show it, and the addresses in it that can be followed.
func Read(markup string) (text string, links []string) {
	v := &viewer{s: &Server{users: map[string]*User{}}}
	return v.text(markup, true), v.links
}
