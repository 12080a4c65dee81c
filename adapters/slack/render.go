package slack

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	slackgo "github.com/slack-go/slack"

	"sereno/bot"
	"sereno/bot/emoji"
	"sereno/bot/markup"
)

// What Slack takes in one message (docs.slack.dev/reference/block-kit). The
// sum of all blocks is not documented: messages are refused from some 13,000
// characters of JSON on (slackapi/bolt-js#2509), so that we stay well under it.
const (
	maxBlocks   = 50
	maxSum      = 11000
	maxSection  = 3000
	maxField    = 2000
	maxHeader   = 150
	maxContext  = 2000
	maxLabel    = 75
	maxActionID = 255
	maxValue    = 2000
	maxFallback = 3000
	factsEach   = 5 // a section has 10 cells: a label and a value for each fact
	buttonsEach = 5 // a row of a message
)

// part is one Slack message of what the bot says at once.
type part struct {
	text   string // for notifications and whoever cannot see blocks
	blocks []slackgo.Block
}

var memberID = regexp.MustCompile(`^[UW][A-Z0-9]{2,}$`)

// render gives a message Slack's best form. All of its words come out as they
// are: text that others wrote goes into plain_text objects and rich text, in
// which nothing is interpreted, and is escaped besides where Slack reads
// entities. It is cut into parts where Slack would not take it whole; the
// buttons are on the last.
func render(d *bot.Delivery) []part {
	fallback := strings.TrimSpace(calls(d) + " " + fallbackText(&d.Message))
	var parts []part
	for i, set := range pack(append(content(d), buttons(d.Message.Buttons)...)) {
		p := part{text: fallback, blocks: set}
		if i > 0 {
			p.text = "…"
		}
		parts = append(parts, p)
	}
	return parts
}

// calls mentions those who are to be notified.
func calls(d *bot.Delivery) string {
	call := mentions(slices.Concat(d.Message.Mentions, d.Message.Groups))
	if d.Kind == bot.Page && call == "" && d.User == "" {
		call = "<!channel>" // nobody by name: everybody there
	}
	return call
}

// content is everything in a message but its buttons.
func content(d *bot.Delivery) []slackgo.Block {
	m := d.Message
	var blocks []slackgo.Block
	if call := calls(d); call != "" {
		blocks = append(blocks, slackgo.NewSectionBlock(&slackgo.TextBlockObject{Type: slackgo.MarkdownType, Text: call}, nil, nil))
	}
	if title := oneLine(m.Title); title != "" {
		blocks = append(blocks, slackgo.NewHeaderBlock(plainText(cut(sign(m.Tone)+title, maxHeader))))
	}
	if from := cut(oneLine(m.From), maxField); from != "" {
		blocks = append(blocks, slackgo.NewRichTextBlock("", slackgo.NewRichTextSection(richText(from, true))))
	}
	for _, p := range pieces(m.Text, maxSection) {
		blocks = append(blocks, slackgo.NewSectionBlock(plainText(p), nil, nil))
	}
	blocks = append(blocks, markdown(m.Markdown)...)
	for _, p := range pieces(emoji.Show(m.Quote), maxSection) {
		blocks = append(blocks, quote(p))
	}
	blocks = append(blocks, facts(m.Fields)...)
	for _, i := range m.Items {
		blocks = append(blocks, item(i)...)
	}
	for _, p := range pieces(m.Footer, maxContext) {
		blocks = append(blocks, slackgo.NewContextBlock("", plainText(p)))
	}
	return blocks
}

// pack spreads blocks over as few messages as Slack's limits allow.
func pack(blocks []slackgo.Block) [][]slackgo.Block {
	var out [][]slackgo.Block
	sum := 0
	for _, b := range blocks {
		size := weight(b)
		if n := len(out); n == 0 || len(out[n-1]) >= maxBlocks || sum+size > maxSum {
			out = append(out, nil)
			sum = 0
		}
		out[len(out)-1] = append(out[len(out)-1], b)
		sum += size
	}
	return out
}

// weight is what the block adds to the sum that Slack limits.
func weight(b slackgo.Block) int {
	data, err := json.Marshal(b)
	if err != nil {
		return maxSum // a message of its own; sending it will tell what is wrong
	}
	// encoding/json writes &, < and > as six characters; Slack counts one.
	return utf8.RuneCount(data) - 5*strings.Count(string(data), `\u00`)
}

func mentions(ids []string) string {
	var out []string
	for _, id := range ids {
		switch {
		case memberID.MatchString(id):
			out = append(out, "<@"+id+">")
		case strings.HasPrefix(id, "S") && memberID.MatchString("U"+id[1:]):
			out = append(out, "<!subteam^"+id+">")
		}
	}
	return strings.Join(out, " ")
}

// sign shows how a title is meant: blocks have no colour.
func sign(t bot.Tone) string {
	switch t {
	case bot.Good:
		return ":white_check_mark: "
	case bot.Warning:
		return ":warning: "
	case bot.Alarm:
		return ":rotating_light: "
	}
	return ""
}

func plainText(s string) *slackgo.TextBlockObject {
	return slackgo.NewTextBlockObject(slackgo.PlainTextType, escape(s), true, false)
}

func oneLine(s string) string { return strings.Join(strings.Fields(clean(s)), " ") }

func quote(s string) slackgo.Block {
	q := slackgo.RichTextQuote{Type: slackgo.RTEQuote, Elements: []slackgo.RichTextSectionElement{richText(s, false)}}
	return slackgo.NewRichTextBlock("", &q)
}

// richText is a run of characters in rich text, where nothing is interpreted
// and nothing needs to be escaped.
func richText(s string, bold bool) slackgo.RichTextSectionElement {
	var style *slackgo.RichTextSectionTextStyle
	if bold {
		style = &slackgo.RichTextSectionTextStyle{Bold: true}
	}
	return slackgo.NewRichTextSectionTextElement(clean(s), style)
}

// facts are two columns: what it is, in bold, and its value. The label is
// verbatim: else Slack would make links and calls of its own of what it finds in it.
func facts(fields []bot.Field) []slackgo.Block {
	var out []slackgo.Block
	var cells []*slackgo.TextBlockObject
	flush := func() {
		if len(cells) > 0 {
			out = append(out, slackgo.NewSectionBlock(nil, cells, nil))
			cells = nil
		}
	}
	for _, f := range fields {
		label, value := oneLine(f.Label), strings.TrimSpace(clean(f.Value))
		if label == "" && value == "" {
			continue
		}
		cells = append(cells, &slackgo.TextBlockObject{Type: slackgo.MarkdownType, Text: bold(label), Verbatim: true}, plainText(cut(orDash(value), maxField)))
		if len(cells) == 2*factsEach {
			flush()
		}
	}
	flush()
	return out
}

// bold is a label of ours in Slack's markup, without the characters that would
// end the bold part or begin another.
func bold(label string) string {
	label = strings.Map(func(r rune) rune {
		if strings.ContainsRune("*_~`", r) {
			return -1
		}
		return r
	}, label)
	return "*" + escape(cut(orDash(strings.TrimSpace(label)), maxField-2)) + "*"
}

func orDash(s string) string {
	if s == "" {
		return "–"
	}
	return s
}

// item is an entry of a list: its title, linked where there is an address, and its body.
func item(i bot.Item) []slackgo.Block {
	title, body := cut(oneLine(i.Title), maxField), pieces(i.Body, maxSection)
	var line []slackgo.RichTextSectionElement
	switch {
	case isLink(i.URL):
		line = append(line, slackgo.NewRichTextSectionLinkElement(i.URL, firstOf(title, i.URL), &slackgo.RichTextSectionTextStyle{Bold: true}))
	case title != "":
		line = append(line, richText(title, true))
	}
	if len(body) > 0 {
		first := body[0]
		if len(line) > 0 {
			first = "\n" + first
		}
		line = append(line, richText(first, false))
		body = body[1:]
	}
	if len(line) == 0 {
		return nil
	}
	out := []slackgo.Block{slackgo.NewRichTextBlock("", slackgo.NewRichTextSection(line...))}
	for _, p := range body {
		out = append(out, slackgo.NewRichTextBlock("", slackgo.NewRichTextSection(richText(p, false))))
	}
	return out
}

func isLink(u string) bool {
	if len(u) > maxSection || strings.ContainsAny(u, " \n\t<>|") {
		return false
	}
	return strings.HasPrefix(u, "https://") || strings.HasPrefix(u, "http://")
}

// buttons in rows. What a button does is its action id, which must be unique
// in the message: a second button of the same kind gets a number behind it.
func buttons(all []bot.Button) []slackgo.Block {
	var out []slackgo.Block
	var row []slackgo.BlockElement
	used := map[string]int{}
	for i, b := range all {
		used[b.ID]++
		id := b.ID
		if n := used[b.ID]; n > 1 {
			id += "#" + strconv.Itoa(n)
		}
		e := slackgo.NewButtonBlockElement(cut(id, maxActionID), b.Value, plainText(cut(orDash(oneLine(b.Label)), maxLabel)))
		switch {
		case b.Danger:
			e.Style = slackgo.StyleDanger
		case b.Primary:
			e.Style = slackgo.StylePrimary
		}
		row = append(row, e)
		if len(row) == buttonsEach || i == len(all)-1 {
			out = append(out, slackgo.NewActionBlock("", row...))
			row = nil
		}
	}
	return out
}

// buttonID is what the button does, from its action id.
func buttonID(actionID string) string {
	id, _, _ := strings.Cut(actionID, "#")
	return id
}

// checkButtons finds what Slack would refuse and cutting would falsify.
func checkButtons(all []bot.Button) error {
	for _, b := range all {
		switch {
		case b.ID == "" || strings.Contains(b.ID, "#") || len(b.ID) > maxActionID-4:
			return fmt.Errorf("button id %q is empty, too long or holds a #", b.ID)
		case utf8.RuneCountInString(b.Value) > maxValue:
			return fmt.Errorf("the value of button %q is longer than %d characters", b.ID, maxValue)
		}
	}
	return nil
}

// fallbackText is the message in one text, for notifications, old clients and
// screen readers.
func fallbackText(m *bot.Message) string {
	var lines []string
	add := func(s string) {
		if s = strings.TrimSpace(clean(s)); s != "" {
			lines = append(lines, s)
		}
	}
	add(oneLine(m.Title))
	if from := oneLine(m.From); from != "" {
		add(from + ":")
	}
	add(m.Text)
	if m.Markdown != "" {
		add(markup.Plain(m.Markdown))
	}
	if q := strings.TrimSpace(clean(m.Quote)); q != "" {
		add("“" + q + "”")
	}
	for _, f := range m.Fields {
		add(oneLine(f.Label) + ": " + f.Value)
	}
	for _, i := range m.Items {
		add("• " + oneLine(i.Title) + " " + i.Body)
	}
	add(m.Footer)
	if len(lines) == 0 {
		for _, b := range m.Buttons {
			add(b.Label)
		}
	}
	return escape(cut(strings.Join(lines, "\n"), maxFallback))
}
