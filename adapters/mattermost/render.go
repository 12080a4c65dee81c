package mattermost

import (
	"encoding/json"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/mattermost/mattermost/server/public/model"

	"sereno/bot"
	"sereno/bot/markup"
)

const (
	maxButtons = 20
	maxLabel   = 64   // characters of a button's label
	maxValue   = 1000 // bytes of what a button carries
	maxTitle   = 500  // characters
	maxFooter  = 300  // clients cut more off
	maxName    = 100  // characters of who says it
	quoteLine  = 1000 // characters of a quotation's line
	// maxProps is what attachments may take up as JSON. Servers before 6 take
	// 8,000 characters of properties in all.
	maxProps = 7000
)

// part is one post of what the bot says at once.
type part struct {
	text        string
	attachments []*model.MessageAttachment
}

// props of a post of ours that carries the delivery with that key.
func (p part) props(key string) model.StringInterface {
	out := model.StringInterface{propKey: key}
	if len(p.attachments) > 0 {
		out[model.PostPropsAttachments] = p.attachments
	}
	return out
}

// page is what is rendered: the message, whom it calls, and what its buttons are
// bound to.
type page struct {
	bot.Message
	call  string // mentions, ready
	bound pressed
	url   string // where buttons call
	key   []byte // that signs them
}

// render gives a message Mattermost's best form: its words are the post's text,
// which notifications and the search see; facts, buttons and the colour stand in
// an attachment below. A text too long for one post becomes several; the
// attachment is under the last.
func (p *page) render(maxChars int) ([]part, error) {
	buttons, err := p.buttons()
	if err != nil {
		return nil, err
	}
	for _, below := range []int{3, 2, 1} { // how much goes into the attachments, if it fits
		blocks := p.words()
		cards := p.cards(&blocks, buttons, below)
		if below > 1 && tooLarge(cards) {
			continue
		}
		text := strings.Join(blocks, "\n\n")
		var parts []part
		for _, s := range markup.Split(text, maxChars, utf8.RuneCountInString) {
			parts = append(parts, part{text: s})
		}
		if len(cards) > 0 {
			if len(parts) == 0 {
				parts = []part{{}}
			}
			parts[len(parts)-1].attachments = cards
		}
		return parts, nil
	}
	return nil, nil // not reached: the least is always taken
}

func tooLarge(cards []*model.MessageAttachment) bool {
	data, err := json.Marshal(cards)
	return err != nil || utf8.RuneCount(data) > maxProps
}

// words are what is said, block by block.
func (p *page) words() []string {
	var out []string
	add := func(s string) {
		if strings.TrimSpace(s) != "" {
			out = append(out, s)
		}
	}
	head := p.call
	if title := cut(oneLine(p.Title), maxTitle); title != "" {
		head = strings.TrimSpace(head + " " + sign(p.Tone) + around("**", inert(title)))
	}
	add(head)
	said := p.Markdown != "" || p.Text != "" || p.Quote != ""
	if from := cut(oneLine(p.From), maxName); from != "" && said {
		add(around("**", inert(from)) + ":")
	}
	add(inert(trim(p.Text)))
	if p.Markdown != "" {
		add(markup.Render(p.Markdown, dialect{}))
	}
	if quote := trim(p.Quote); quote != "" {
		add(quotation(quote))
	}
	return out
}

// trim takes the blank lines off both ends.
func trim(s string) string {
	s = strings.TrimRight(clean(s), " \t\n")
	for {
		line, rest, more := strings.Cut(s, "\n")
		if !more || strings.TrimSpace(line) != "" {
			return s
		}
		s = rest
	}
}

// quotation marks every line of somebody's words; a long one is cut, so that no
// later cut leaves a part of it unmarked.
func quotation(s string) string {
	var lines []string
	for line := range strings.SplitSeq(s, "\n") {
		if utf8.RuneCountInString(line) <= quoteLine {
			lines = append(lines, inert(line))
			continue
		}
		for _, piece := range markup.Split(line, quoteLine, utf8.RuneCountInString) {
			lines = append(lines, inert(piece))
		}
	}
	return quoted(strings.Join(lines, "\n"))
}

// cards are the attachments. What is not to go below them, because together it
// would be too much, is added to the blocks instead: of 3 all goes below, of 2
// all but the items, of 1 only the buttons.
func (p *page) cards(blocks *[]string, buttons []*model.PostAction, below int) []*model.MessageAttachment {
	if len(p.Fields) == 0 && len(buttons) == 0 && p.Tone == bot.Neutral {
		below = 1
	}
	var out []*model.MessageAttachment
	card := func() *model.MessageAttachment {
		if len(out) == 0 {
			out = append(out, &model.MessageAttachment{Color: colour(p.Tone)})
		}
		return out[len(out)-1]
	}
	if below > 1 {
		for _, f := range p.facts() {
			card().Fields = append(card().Fields, f)
		}
	} else if facts := p.factLines(); facts != "" {
		*blocks = append(*blocks, facts)
	}
	if items := p.items(); items != "" && below > 2 {
		if len(out) > 0 { // an attachment's text stands above its fields
			out = append(out, &model.MessageAttachment{Color: colour(p.Tone)})
		}
		card().Text = items
	} else if items != "" {
		*blocks = append(*blocks, items)
	}
	if footer := oneLine(p.Footer); footer != "" && below > 1 && utf8.RuneCountInString(footer) <= maxFooter {
		card().Footer = plainly(footer)
	} else if footer != "" {
		*blocks = append(*blocks, around("*", inert(footer)))
	}
	if len(buttons) > 0 {
		card().Actions = buttons
	}
	for _, c := range out {
		c.Fallback = plainly(cut(oneLine(firstOf(p.Title, p.Text, p.Footer, " ")), maxFooter))
	}
	return out
}

// sign shows in a text how a title is meant, for notifications have no colour.
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

func colour(t bot.Tone) string {
	switch t {
	case bot.Good:
		return "good"
	case bot.Warning:
		return "warning"
	case bot.Alarm:
		return "danger"
	}
	return ""
}

// shortFact is how long a value may be to stand beside another.
const shortFact = 40

func (p *page) facts() []*model.MessageAttachmentField {
	var out []*model.MessageAttachmentField
	for _, f := range p.Fields {
		label, value := oneLine(f.Label), trim(f.Value)
		if label == "" && value == "" {
			continue
		}
		out = append(out, &model.MessageAttachmentField{
			Title: inert(label), Value: inert(firstOf(value, "–")),
			Short: model.SlackCompatibleBool(utf8.RuneCountInString(value) <= shortFact),
		})
	}
	return out
}

func (p *page) factLines() string {
	var lines []string
	for _, f := range p.facts() {
		lines = append(lines, strings.TrimSpace(around("**", f.Title)+" "+fmt.Sprint(f.Value)))
	}
	return strings.Join(lines, "\n")
}

// items are entries: their titles, linked where there is an address, and their bodies.
func (p *page) items() string {
	var out []string
	for _, i := range p.Items {
		title := inert(oneLine(i.Title))
		if target := linkTarget(i.URL); target != "" && !strings.HasPrefix(target, "mailto:") {
			title = "[" + firstOf(title, "↗") + "](" + target + ")"
		}
		entry := around("**", title)
		if body := trim(i.Body); body != "" {
			entry = strings.TrimSpace(entry + "\n" + inert(body))
		}
		if entry != "" {
			out = append(out, entry)
		}
	}
	return strings.Join(out, "\n\n")
}

// buttons carry a signed context that no client sees.
func (p *page) buttons() ([]*model.PostAction, error) {
	if len(p.Buttons) > maxButtons {
		return nil, fmt.Errorf("%d buttons are more than %d", len(p.Buttons), maxButtons)
	}
	var out []*model.PostAction
	for i, b := range p.Buttons {
		if b.ID == "" || len(b.Value) > maxValue {
			return nil, fmt.Errorf("button %q has no id, or a value of more than %d bytes", b.ID, maxValue)
		}
		carried := p.bound
		carried.Button, carried.Value = b.ID, b.Value
		sealed, err := seal(p.key, carried)
		if err != nil {
			return nil, err
		}
		out = append(out, &model.PostAction{
			Id:   fmt.Sprintf("b%d", i), // letters and digits: it stands in a path
			Type: model.PostActionTypeButton, Name: firstOf(cut(plainly(oneLine(b.Label)), maxLabel), "–"), Style: style(b),
			Integration: &model.PostActionIntegration{URL: p.url, Context: map[string]any{contextKey: sealed}},
		})
	}
	return out, nil
}

func style(b bot.Button) string {
	switch {
	case b.Danger:
		return "danger"
	case b.Primary:
		return "primary"
	}
	return "default"
}
