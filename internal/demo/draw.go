package demo

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"sereno/adapters/console"
	"sereno/bot"
	"sereno/bot/company"
	"sereno/bot/markup"
	"sereno/bot/text"
)

// style is an ANSI attribute; a palette without colours gives text back bare.
type style string

const (
	bold   style = "1"
	dim    style = "2"
	red    style = "31"
	green  style = "32"
	yellow style = "33"
	cyan   style = "36"
)

type palette bool

func (p palette) in(s style, text string) string {
	if !p || s == "" || text == "" {
		return text
	}
	return "\x1b[" + string(s) + "m" + text + "\x1b[0m"
}

// piece is a line of a card, and how it is shown.
type piece struct {
	text  string
	style style
}

// pieces are the lines of a message, without its buttons.
func pieces(m bot.Message, width int, title style) []piece {
	var out []piece
	add := func(s style, text string) {
		if strings.TrimSpace(text) == "" {
			return
		}
		for _, line := range wrap(text, width) {
			out = append(out, piece{line, s})
		}
	}
	if len(m.Mentions) > 0 {
		add(cyan, "@"+strings.Join(m.Mentions, " @"))
	}
	add(title, m.Title)
	add(bold, m.From)
	add("", m.Text)
	add("", markup.Plain(m.Markdown))
	if m.Quote != "" {
		for _, line := range wrap(m.Quote, width-2) {
			out = append(out, piece{"┃ " + line, dim})
		}
	}
	label := 0
	for _, f := range m.Fields {
		label = max(label, columns(f.Label))
	}
	for _, f := range m.Fields {
		lines := wrap(f.Value, max(width-label-2, 10))
		for i, line := range lines {
			name := ""
			if i == 0 {
				name = clean(f.Label)
			}
			out = append(out, piece{pad(name, label) + "  " + line, ""})
		}
	}
	for _, it := range m.Items {
		out = append(out, entry(it, width)...)
	}
	for _, f := range m.Files {
		add("", "📎 "+f.Name+" ("+text.Size(f.Size)+")")
	}
	add(dim, m.Footer)
	return out
}

// shortTitle is up to how many columns an entry's title is followed by its
// body on the same line: a time, not a headline.
const shortTitle = 20

// entry is one of a message's items.
func entry(it bot.Item, width int) []piece {
	var out []piece
	add := func(s style, first, text string) {
		for i, line := range wrap(text, width-2) {
			if i > 0 {
				first = "  "
			}
			out = append(out, piece{first + line, s})
		}
	}
	if it.Body != "" && it.URL == "" && columns(it.Title) <= shortTitle && !strings.Contains(it.Body, "\n") {
		add("", "• ", it.Title+" · "+it.Body)
		return out
	}
	add(bold, "• ", it.Title)
	if it.Body != "" {
		add("", "  ", it.Body)
	}
	if it.URL != "" {
		add(dim, "  ", it.URL)
	}
	return out
}

func pad(s string, width int) string {
	return s + strings.Repeat(" ", max(width-columns(s), 0))
}

// tones say how a message's title is shown.
var tones = map[bot.Tone]style{bot.Good: green, bot.Warning: yellow, bot.Alarm: red}

// card draws a message as a box with its id and numbered buttons.
func (s *session) card(id string, m bot.Message) string {
	frame := tones[m.Tone]
	title := frame
	if title == "" {
		title, frame = bold, dim
	}
	inner := s.width - 4
	lines := pieces(m, inner, title)
	buttons := s.buttons(id, m.Buttons, inner)
	if len(lines) == 1 && len(buttons) == 0 && lines[0].style == "" {
		return "  " + s.colours.in(lines[0].style, lines[0].text) + "  " + s.colours.in(dim, id) + "\n"
	}
	var b strings.Builder
	head := "┌─ " + id + " "
	b.WriteString(s.colours.in(frame, head+strings.Repeat("─", max(s.width-columns(head)-1, 0))+"┐") + "\n")
	row := func(plain, shown string) {
		gap := strings.Repeat(" ", max(inner-columns(plain), 0))
		b.WriteString(s.colours.in(frame, "│") + " " + shown + gap + " " + s.colours.in(frame, "│") + "\n")
	}
	for _, l := range lines {
		row(l.text, s.colours.in(l.style, l.text))
	}
	for _, l := range buttons {
		row(l.plain, l.shown)
	}
	b.WriteString(s.colours.in(frame, "└"+strings.Repeat("─", max(s.width-2, 0))+"┘") + "\n")
	return b.String()
}

// buttonRow is a row of buttons, bare for measuring and as it is shown.
type buttonRow struct{ plain, shown string }

func (s *session) buttons(id string, in []bot.Button, width int) []buttonRow {
	var rows []buttonRow
	names := console.ButtonNames(in)
	for i, b := range in {
		plain := fmt.Sprintf("[%d] %s", s.number(id, names[i]), clean(b.Label))
		shown := plain
		switch {
		case b.Danger:
			shown = s.colours.in(red, plain)
		case b.Primary:
			shown = s.colours.in(green, plain)
		default:
			shown = s.colours.in(cyan, plain)
		}
		if n := len(rows) - 1; n >= 0 && columns(rows[n].plain)+3+columns(plain) <= width {
			rows[n] = buttonRow{rows[n].plain + "   " + plain, rows[n].shown + "   " + shown}
			continue
		}
		rows = append(rows, buttonRow{plain, shown})
	}
	return rows
}

// where names a channel or direct conversation, and the thread in it.
func (s *session) where(channel, thread string) string {
	name := "#" + channel
	if user, ok := strings.CutPrefix(channel, "@"); ok {
		name = s.words.t("draw.direct", "user", user)
	}
	if thread != "" {
		name += " › " + thread
	}
	return name
}

// audience says who sees what is written in a channel.
func (s *session) audience(channel, only string) string {
	c := s.stage.Company
	if user, ok := strings.CutPrefix(channel, "@"); ok {
		only = user
	}
	if only != "" {
		return s.words.t("draw.only", "user", only)
	}
	id := company.ChannelID{Platform: console.Name, ID: channel}
	if x := c.CustomerOf(id); x != nil {
		return s.words.t("draw.customer", "customer", x.Name)
	}
	if t := c.TeamOf(id); t != nil {
		return s.words.t("draw.team", "team", t.Name)
	}
	return s.words.t("draw.ours")
}

// zone is that of whoever reads a channel or direct conversation.
func (s *session) zone(channel, only string) *time.Location {
	c := s.stage.Company
	if user, ok := strings.CutPrefix(channel, "@"); ok {
		only = user
	}
	var z *time.Location
	if p := c.PersonAt(console.Name, only); p != nil {
		z = p.Zone
		if z == nil && p.Customer != nil {
			z = p.Customer.Zone
		}
	}
	id := company.ChannelID{Platform: console.Name, ID: channel}
	if x := c.CustomerOf(id); x != nil && z == nil {
		z = x.Zone
	}
	if t := c.TeamOf(id); t != nil && z == nil {
		z = t.Zone
	}
	if z == nil {
		z = s.home
	}
	return z
}

// drawing is what a message showed: its lines and its buttons' numbers.
type drawing struct {
	lines   []piece
	buttons []string
}

func (s *session) drawing(id string, m bot.Message) drawing {
	d := drawing{lines: pieces(m, s.width-4, bold)}
	for _, name := range console.ButtonNames(m.Buttons) {
		d.buttons = append(d.buttons, fmt.Sprintf("[%d]", s.number(id, name)))
	}
	return d
}

// without lists the buttons that are gone; only reports whether nothing else
// has changed.
func (d drawing) without(now drawing) (gone []string, only bool) {
	for _, b := range d.buttons {
		if !slices.Contains(now.buttons, b) {
			gone = append(gone, b)
		}
	}
	return gone, slices.Equal(d.lines, now.lines) && len(d.buttons)-len(gone) == len(now.buttons)
}

// record draws one thing that the bot did.
func (s *session) record(r console.Record) {
	var card string
	switch r.Kind {
	case bot.Withdraw:
		card = "  " + s.colours.in(dim, s.words.t("draw.withdrawn", "id", r.ID)) + "\n"
	case bot.React:
		card = "  " + s.colours.in(dim, s.words.t("draw.reacted", "id", r.ID, "reaction", ":"+r.Reaction+":")) + "\n"
	}
	if r.Kind != bot.OpenForm && card == "" { // a form is asked field by field when its person's turn comes
		card = s.card(r.ID, r.Message)
		before, now := s.drawn[r.ID], s.drawing(r.ID, r.Message)
		s.drawn[r.ID] = now
		if gone, only := before.without(now); only && r.Kind == bot.Update {
			if len(gone) == 0 {
				return // nobody could see what changed
			}
			card = "  " + s.colours.in(dim, s.words.t("draw.gone", "id", r.ID, "buttons", strings.Join(gone, " "))) + "\n"
		}
	}
	s.day(r.At)
	channel := r.Channel
	if channel == "" {
		channel = "@" + r.To
	}
	mark, shown := s.words.t("draw."+string(r.Kind)), dim
	switch r.Kind {
	case bot.Direct:
		mark = "" // the place says it
	case bot.Page:
		shown = red
	case bot.Refused, bot.Update:
		shown = yellow
	}
	parts := []string{s.hour(r.At, s.zone(channel, r.To)) + "  " + s.colours.in(bold, s.where(channel, r.Thread))}
	if mark != "" {
		parts = append(parts, s.colours.in(shown, mark))
	}
	if r.Incident != "" {
		parts = append(parts, r.Incident)
	}
	parts = append(parts, s.colours.in(dim, s.audience(channel, r.To)))
	s.print(strings.Join(parts, " · ") + "\n" + card)
}

// said draws a person's message as the channel shows it.
func (s *session) said(m console.Message) {
	mark := ""
	if m.Edited {
		mark = " · " + s.words.t("draw.update")
	}
	s.print(s.hour(m.At, s.zone(m.Channel, "")) + "  " + s.colours.in(bold, s.where(m.Channel, m.Thread)) + " · " +
		s.colours.in(cyan, m.Author) + s.colours.in(dim, mark+" · "+m.ID) + "\n")
	for _, line := range wrap(m.Text, s.width-2) {
		s.print("  " + line + "\n")
	}
}
