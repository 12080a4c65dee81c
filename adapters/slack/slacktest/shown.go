package slacktest

import (
	"encoding/json"
	"html"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"sereno/adapters/adaptertest"
)

// How Slack shows a message, by its own rules (docs.slack.dev/messaging/formatting-message-text
// and /reference/block-kit). Where the documentation leaves open whether
// something calls people, it counts as calling them.

// screen collects what people see of one message.
type screen struct {
	name     func(user string) string
	lines    []string
	notifies []string
	links    []string
	buttons  []string
}

func (s *screen) line(text string) {
	if text != "" {
		s.lines = append(s.lines, text)
	}
}

func (s *screen) calls(who string) {
	if !slices.Contains(s.notifies, who) {
		s.notifies = append(s.notifies, who)
	}
}

func (s *screen) leads(address string) {
	if !slices.Contains(s.links, address) {
		s.links = append(s.links, address)
	}
}

// shown is the message as people see it. The lock is held.
func (s *Server) shown(m *Message) adaptertest.Shown {
	sc := &screen{name: func(user string) string { return s.users[user].Name }}
	sc.blocks(m.Blocks)
	if len(m.Blocks) == 0 || string(m.Blocks) == "[]" {
		sc.line(sc.mrkdwn(m.Text, true))
		sc.addresses(m.Text)
	} else { // the text is not shown, but whom it calls is called
		unseen := &screen{name: sc.name}
		unseen.mrkdwn(m.Text, true)
		for _, who := range unseen.notifies {
			sc.calls(who)
		}
	}
	out := adaptertest.Shown{
		ID: m.TS, Thread: m.Thread, User: m.User, Text: strings.Join(sc.lines, "\n"), Notifies: sc.notifies, Links: sc.links,
		Buttons: sc.buttons, Reactions: slices.Clone(m.Reactions), Edited: m.EditedTS != "" || m.Updates > 0,
	}
	if m.BotID == s.o.BotID {
		out.User = ""
	}
	for _, o := range m.Files {
		id, _ := o["id"].(string)
		if f := s.files[id]; f != nil {
			out.Files = append(out.Files, adaptertest.Upload{Name: f.Name, Type: f.Type, Content: f.Content})
		}
	}
	return out
}

// span is an element of a block, of any kind.
type span struct {
	Type     string `json:"type"`
	Text     any    `json:"text"` // a string in rich text, an object elsewhere
	Verbatim bool   `json:"verbatim"`
	URL      string `json:"url"`
	User     string `json:"user_id"`
	Group    string `json:"usergroup_id"`
	Channel  string `json:"channel_id"`
	Range    string `json:"range"`
	Name     string `json:"name"`
	Style    any    `json:"style"`
	Offset   int    `json:"offset"`
	Elements []span `json:"elements"`
	Fields   []span `json:"fields"`
	Title    any    `json:"title"`
	Alt      string `json:"alt_text"`
}

func (s *screen) blocks(raw json.RawMessage) {
	var blocks []span
	if json.Unmarshal(raw, &blocks) != nil {
		return
	}
	for _, b := range blocks {
		switch b.Type {
		case "section", "header":
			s.line(s.object(b.Text))
			for _, f := range b.Fields {
				s.line(s.textOf(f))
			}
		case "context":
			for _, e := range b.Elements {
				s.line(s.textOf(e))
			}
		case "rich_text":
			for _, e := range b.Elements {
				s.line(s.rich(e))
			}
		case "markdown":
			s.line(str(b.Text))
		case "actions":
			for _, e := range b.Elements {
				s.buttons = append(s.buttons, s.object(e.Text))
			}
		}
	}
}

// object is a text object that hangs at another.
func (s *screen) object(v any) string {
	m, ok := v.(map[string]any)
	if !ok {
		return ""
	}
	verbatim, _ := m["verbatim"].(bool)
	return s.textOf(span{Type: str(m["type"]), Text: m["text"], Verbatim: verbatim})
}

func (s *screen) textOf(t span) string {
	if t.Type == "mrkdwn" {
		return s.mrkdwn(str(t.Text), t.Verbatim)
	}
	return entities(str(t.Text)) // plain_text: nothing else is interpreted
}

func str(v any) string { t, _ := v.(string); return t }

func entities(t string) string {
	return strings.NewReplacer("&amp;", "&", "&lt;", "<", "&gt;", ">").Replace(t)
}

// rich is a piece of rich text.
func (s *screen) rich(e span) string {
	switch e.Type {
	case "text":
		return str(e.Text)
	case "link":
		s.leads(e.URL)
		if t := str(e.Text); t != "" {
			return t
		}
		return e.URL
	case "user":
		s.calls(e.User)
		return "@" + s.name(e.User)
	case "usergroup":
		s.calls(e.Group)
		return "@" + e.Group
	case "broadcast":
		s.calls("everyone")
		return "@" + e.Range
	case "channel":
		return "#" + e.Channel
	case "emoji":
		return ":" + e.Name + ":"
	case "rich_text_list":
		var items []string
		for i, x := range e.Elements {
			mark := "• "
			if e.Style == "ordered" {
				mark = strconv.Itoa(e.Offset+i+1) + ". "
			}
			items = append(items, mark+s.rich(x))
		}
		return strings.Join(items, "\n")
	}
	var b strings.Builder // a section, a quotation, a block of code
	for _, x := range e.Elements {
		b.WriteString(s.rich(x))
	}
	return b.String()
}

var (
	token     = regexp.MustCompile(`<([^<>\n]+)>`)
	broadcast = regexp.MustCompile(`(^|[^\w])@(channel|here|everyone)\b`)
	address   = regexp.MustCompile(`https?://[^\s<>|*_~”]*[^\s<>|*_~”.,;:!?)]`)
	code      = regexp.MustCompile("(?s)```(.+?)```|`([^`\n]+)`")
	styles    = []*regexp.Regexp{mark(`\*`), mark(`_`), mark(`~`)}
)

// mark is a style's mark around words: outside words, with nothing blank inside its ends.
func mark(c string) *regexp.Regexp {
	return regexp.MustCompile(`(^|[\s(.,;:>*_~-])` + c + `([^\s` + c + `](?:[^` + c + `\n]*[^\s` + c + `])?)` + c + `($|[\s).,;:!?<*_~-])`)
}

// mrkdwn shows Slack's own markup. Unless it is verbatim, addresses become
// links, and "@channel" and the like calls.
func (s *screen) mrkdwn(t string, verbatim bool) string {
	var out strings.Builder
	rest := t
	for {
		at := code.FindStringSubmatchIndex(rest)
		if at == nil {
			break
		}
		out.WriteString(s.styled(rest[:at[0]], verbatim))
		inner := rest[at[0]:at[1]]
		out.WriteString(s.tokens(strings.Trim(inner, "`")))
		rest = rest[at[1]:]
	}
	out.WriteString(s.styled(rest, verbatim))
	return out.String()
}

// addresses are links, written out as they are.
func (s *screen) addresses(t string) {
	for _, m := range address.FindAllString(entities(token.ReplaceAllString(t, " ")), -1) {
		s.leads(m)
	}
}

func (s *screen) styled(t string, verbatim bool) string {
	if !verbatim {
		s.addresses(t)
		for _, m := range broadcast.FindAllString(t, -1) {
			if m != "" {
				s.calls("everyone")
			}
		}
	}
	for _, style := range styles {
		t = style.ReplaceAllString(t, "$1$2$3")
	}
	var lines []string
	for line := range strings.SplitSeq(t, "\n") {
		for _, quote := range []string{"&gt;&gt;&gt;", "&gt;", ">"} {
			line = strings.TrimPrefix(line, quote)
		}
		lines = append(lines, line)
	}
	return s.tokens(strings.Join(lines, "\n"))
}

// tokens shows what stands between < and >, and the entities.
func (s *screen) tokens(t string) string {
	var out strings.Builder
	for {
		at := token.FindStringSubmatchIndex(t)
		if at == nil {
			break
		}
		out.WriteString(entities(t[:at[0]]))
		out.WriteString(s.token(t[at[2]:at[3]]))
		t = t[at[1]:]
	}
	out.WriteString(entities(t))
	return out.String()
}

func (s *screen) token(t string) string {
	body, label, _ := strings.Cut(t, "|")
	switch {
	case strings.HasPrefix(body, "@"):
		s.calls(body[1:])
		return "@" + s.name(body[1:])
	case strings.HasPrefix(body, "#"):
		return body
	case strings.HasPrefix(body, "!subteam^"):
		s.calls(strings.TrimPrefix(body, "!subteam^"))
		return "@" + label
	case strings.HasPrefix(body, "!date"):
		return label
	case strings.HasPrefix(body, "!"):
		s.calls("everyone")
		return "@" + body[1:]
	}
	address := html.UnescapeString(body)
	s.leads(address)
	if label != "" {
		return entities(label)
	}
	return address
}
