package discord

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"sereno/bot"
	"sereno/bot/emoji"
	"sereno/bot/markup"
)

// What Discord takes in one message
// (https://docs.discord.com/developers/resources/message and /components/reference).
const (
	maxContent     = 2000
	maxEmbeds      = 10
	maxEmbedSum    = 6000
	maxTitle       = 256
	maxDescription = 4000 // of 4,096: what is cut gets marks of its own
	maxFields      = 25
	maxFieldName   = 256
	maxFieldValue  = 1024
	maxFooter      = 2048
	maxLabel       = 80
	maxCustomID    = 100
	rowsEach       = 5
	buttonsEach    = 5
	maxButtons     = rowsEach * buttonsEach
	maxMentions    = 100
	suppressEmbeds = 1 << 2
	ephemeralFlag  = 1 << 6
)

// part is one Discord message of what the bot says at once.
type part struct {
	content string
	embeds  []embed
	buttons []bot.Button
	files   []bot.Attachment
	calls   mentions
}

// mentions are whom a message may notify: exactly those.
type mentions struct {
	Parse []string `json:"parse"`
	Users []string `json:"users,omitempty"`
	Roles []string `json:"roles,omitempty"`
}

// colours by which a card shows how it is meant.
var colours = map[bot.Tone]int{bot.Good: 0x2e9e5b, bot.Warning: 0xe0a100, bot.Alarm: 0xd83a42}

// signs show the same to those who see no colours.
var signs = map[bot.Tone]string{bot.Good: "✅ ", bot.Warning: "⚠️ ", bot.Alarm: "🚨 "}

// render gives a message Discord's best form: words alone are a plain message,
// what has a title, facts or entries is a card. It is cut into parts where
// Discord would not take it whole; buttons and files are on the last.
func (a *Adapter) render(d *bot.Delivery) ([]part, error) {
	m := &d.Message
	if err := checkButtons(m.Buttons); err != nil {
		return nil, err
	}
	call, who := a.calls(d)
	var parts []part
	if isCard(m) {
		parts = card(d, call)
	} else {
		parts = plainParts(m, call)
	}
	parts = attach(parts, m.Files)
	if len(m.Buttons) > 0 && len(parts) == 0 {
		parts = []part{{}}
	}
	if len(parts) == 0 {
		return nil, errors.New("there is nothing in the message")
	}
	parts[0].calls = who
	parts[len(parts)-1].buttons = m.Buttons
	return parts, nil
}

func isCard(m *bot.Message) bool {
	return strings.TrimSpace(m.Title) != "" || len(m.Fields)+len(m.Items) > 0 || m.Footer != "" || m.Tone != bot.Neutral
}

// calls is the mention at the beginning and whom it may notify. A page to a
// channel calls everybody there: it is somebody's turn, and nobody's by name.
func (a *Adapter) calls(d *bot.Delivery) (string, mentions) {
	who := mentions{Parse: []string{}}
	var words []string
	for _, id := range d.Message.Mentions {
		if !isSnowflake(id) || len(words) == maxMentions {
			continue
		}
		if _, isRole := a.places.role(id); isRole {
			words, who.Roles = append(words, "<@&"+id+">"), append(who.Roles, id)
		} else {
			words, who.Users = append(words, "<@"+id+">"), append(who.Users, id)
		}
	}
	for _, id := range d.Message.Groups {
		if isSnowflake(id) && len(words) < maxMentions && !slices.Contains(who.Roles, id) {
			words, who.Roles = append(words, "<@&"+id+">"), append(who.Roles, id)
		}
	}
	if d.Kind == bot.Page && d.User == "" && len(words) == 0 {
		words, who.Parse = append(words, "@everyone"), append(who.Parse, "everyone")
	}
	return strings.Join(words, " "), who
}

// text is words of somebody's, shown as they are.
func text(s string) string { return strings.Trim(escapeText(emoji.Show(s)), "\n ") }

// body is what is said, without title, facts and entries.
func body(m *bot.Message) string {
	var out []string
	add := func(s string) {
		if strings.TrimSpace(s) != "" {
			out = append(out, s)
		}
	}
	if from := oneLine(m.From); from != "" {
		add("**" + cutEscaped(from, maxTitle) + "**")
	}
	add(text(m.Text))
	add(markup.Render(emoji.Show(m.Markdown), dialect{}))
	if q := text(m.Quote); q != "" {
		add(dialect{}.Quote(q))
	}
	return strings.Join(out, "\n")
}

func plainParts(m *bot.Message, call string) []part {
	whole := body(m)
	if call != "" {
		whole = strings.TrimSpace(call + " " + whole)
	}
	var out []part
	for _, p := range pieces(whole, maxContent) {
		out = append(out, part{content: p})
	}
	return out
}

// pieces cuts what is in Discord's markup already. A backslash stays with what
// it takes the meaning from.
func pieces(s string, max int) []string {
	parts := markup.Split(s, max-1, length)
	for i := 0; i+1 < len(parts); i++ {
		if n := len(parts[i]) - len(strings.TrimRight(parts[i], `\`)); n%2 == 1 {
			parts[i], parts[i+1] = parts[i][:len(parts[i])-1], `\`+parts[i+1]
		}
	}
	return parts
}

// card is the message as embeds. Mentions and, of a page, the title are outside
// of it, for only that is in notifications.
func card(d *bot.Delivery, call string) []part {
	m := &d.Message
	title := ""
	if t := oneLine(m.Title); t != "" {
		title = cutEscaped(signs[m.Tone]+emoji.Show(t), maxTitle)
	}
	content := call
	if d.Kind == bot.Page && title != "" {
		content, title = strings.TrimSpace(call+" **"+title+"**"), ""
	}
	said, entries := body(m), items(m.Items)
	var embeds []embed
	if len(m.Fields) == 0 && entries != "" {
		said, entries = strings.TrimLeft(said+"\n"+entries, "\n"), ""
	}
	for _, p := range pieces(said, maxDescription) {
		embeds = append(embeds, embed{Description: p})
	}
	if title != "" {
		if len(embeds) == 0 {
			embeds = append(embeds, embed{})
		}
		embeds[0].Title = title
	}
	embeds = addFacts(embeds, m.Fields)
	for _, p := range pieces(entries, maxDescription) {
		embeds = append(embeds, embed{Description: p})
	}
	if f := strings.TrimSpace(clean(emoji.Show(m.Footer))); f != "" {
		embeds = addFooter(embeds, cut(f, maxFooter))
	}
	for i := range embeds {
		embeds[i].Color = colours[m.Tone]
	}
	parts := pack(embeds)
	if content != "" && len(parts) == 0 {
		parts = []part{{}}
	}
	if content != "" {
		parts[0].content = content
	}
	return parts
}

// items are entries of a list: titles, linked where there is an address, and bodies.
func items(all []bot.Item) string {
	var out []string
	for _, i := range all {
		title := cutEscaped(emoji.Show(oneLine(i.Title)), 2*maxTitle)
		switch {
		case isLink(i.URL) && !strings.Contains(title, `:\/`) && !strings.Contains(title, `\:/`):
			title = "**[" + firstOf(title, "↗") + "](" + i.URL + ")**"
		case isLink(i.URL):
			title = "**" + title + "** " + i.URL
		case title != "":
			title = "**" + title + "**"
		}
		if entry := strings.Trim(title+"\n"+text(i.Body), "\n"); entry != "" {
			out = append(out, entry)
		}
	}
	return strings.Join(out, "\n")
}

// addFacts puts the facts where they fit: on the last embed, or on one of their own.
func addFacts(embeds []embed, facts []bot.Field) []embed {
	for _, f := range facts {
		label, value := oneLine(f.Label), text(f.Value)
		if label == "" && value == "" {
			continue
		}
		inline := length(value) <= 40 && !strings.Contains(value, "\n")
		if length(value) > maxFieldValue {
			value = cutEscaped(emoji.Show(f.Value), maxFieldValue)
		}
		one := embedField{Name: orDash(cutEscaped(emoji.Show(label), maxFieldName)), Value: orDash(value), Inline: inline}
		last := len(embeds) - 1
		if last < 0 || len(embeds[last].Fields) == maxFields || embeds[last].weight()+length(one.Name)+length(one.Value) > maxEmbedSum {
			embeds = append(embeds, embed{})
			last++
		}
		embeds[last].Fields = append(embeds[last].Fields, one)
	}
	return embeds
}

func addFooter(embeds []embed, footer string) []embed {
	last := len(embeds) - 1
	if last < 0 || embeds[last].weight()+length(footer) > maxEmbedSum {
		embeds = append(embeds, embed{})
		last++
	}
	embeds[last].Footer = &embedFooter{footer}
	return embeds
}

// weight is what the embed adds to the sum that Discord limits.
func (e *embed) weight() int {
	n := length(e.Title) + length(e.Description)
	for _, f := range e.Fields {
		n += length(f.Name) + length(f.Value)
	}
	if e.Footer != nil {
		n += length(e.Footer.Text)
	}
	return n
}

// pack spreads embeds over as few messages as the limits allow.
func pack(embeds []embed) []part {
	var out []part
	sum := 0
	for _, e := range embeds {
		size := e.weight()
		if n := len(out); n == 0 || len(out[n-1].embeds) == maxEmbeds || sum+size > maxEmbedSum {
			out, sum = append(out, part{}), 0
		}
		last := &out[len(out)-1]
		last.embeds = append(last.embeds, e)
		sum += size
	}
	return out
}

// attach puts the files on the last part, and those that do not fit on more.
func attach(parts []part, all []bot.Attachment) []part {
	var sum int64
	for i, f := range all {
		last := len(parts) - 1
		if last < 0 || i > 0 && (len(parts[last].files) == maxFiles || sum+f.Size > maxUpload) {
			parts, sum = append(parts, part{}), 0
			last++
		}
		parts[last].files = append(parts[last].files, f)
		sum += f.Size
	}
	return parts
}

// whole is the message for an edit, which has room for one part.
func whole(parts []part) part {
	p := parts[0]
	p.buttons, p.files = parts[len(parts)-1].buttons, nil
	return p
}

// payload is the message as Discord reads it, but for what depends on the way
// in which it is sent. Every field is there, so that an edit leaves nothing of
// what stood there before.
func (p part) payload() map[string]any {
	flags := 0
	if len(p.embeds) == 0 {
		flags = suppressEmbeds // links of ours need no preview; the flag would hide our cards too
	}
	embeds := p.embeds
	if embeds == nil {
		embeds = []embed{}
	}
	if p.calls.Parse == nil {
		p.calls.Parse = []string{}
	}
	return map[string]any{
		"content": p.content, "embeds": embeds, "components": rows(p.buttons), "allowed_mentions": p.calls, "flags": flags,
	}
}

// rows are the buttons, five in a row.
func rows(all []bot.Button) []any {
	out := []any{}
	var row []any
	used := map[string]int{}
	for i, b := range all {
		id := customID(b.ID, b.Value)
		if used[id]++; used[id] > 1 {
			id = strconv.Itoa(used[id]) + "#" + id
		}
		style := 2
		switch {
		case b.Danger:
			style = 4
		case b.Primary:
			style = 1
		}
		row = append(row, map[string]any{
			"type": 2, "style": style, "custom_id": id, "label": orDash(cut(emoji.Show(oneLine(b.Label)), maxLabel)),
		})
		if len(row) == buttonsEach || i == len(all)-1 {
			out = append(out, map[string]any{"type": 1, "components": row})
			row = nil
		}
	}
	return out
}

// customID is what comes back with a press or form: what it is, and the value
// that it bears.
func customID(id, value string) string {
	if value == "" {
		return id
	}
	return id + "|" + value
}

// readCustomID is customID the other way round.
func readCustomID(s string) (id, value string) {
	id, value, _ = strings.Cut(s, "|")
	if n, rest, twice := strings.Cut(id, "#"); twice {
		if _, err := strconv.Atoi(n); err == nil {
			id = rest
		}
	}
	return id, value
}

// checkButtons finds what Discord would refuse and cutting would falsify.
func checkButtons(all []bot.Button) error {
	if len(all) > maxButtons {
		return fmt.Errorf("there are %d buttons, more than %d", len(all), maxButtons)
	}
	for _, b := range all {
		if err := checkCustomID("button", b.ID, b.Value); err != nil {
			return err
		}
	}
	return nil
}

func checkCustomID(what, id, value string) error {
	switch {
	case id == "" || strings.ContainsAny(id, "#|"):
		return fmt.Errorf("the id of %s %q is empty or holds a # or |", what, id)
	case length(customID(id, value)) > maxCustomID-3:
		return fmt.Errorf("the id and value of %s %q have more than %d characters together", what, id, maxCustomID-3)
	}
	return nil
}
