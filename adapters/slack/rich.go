package slack

import (
	"encoding/json"
	"slices"
	"strings"

	"sereno/bot/emoji"
	"sereno/bot/markup"
)

// What people write reaches us twice in a message: as text, in which Slack has
// spelt the formatting with its own marks, and as rich text, which says for
// certain what is formatted and what is a character that somebody typed
// (docs.slack.dev/reference/block-kit/blocks/rich-text-block). The second is
// read where it is there; messages written by programs in somebody's name have
// the first alone.

// richBlock is a block of a message. Others than rich text are not people's words.
type richBlock struct {
	Type     string     `json:"type"`
	Elements []richPart `json:"elements"`
}

// richPart is a part of rich text, of any kind: a list, a quotation, a run of
// characters, somebody who is mentioned.
type richPart struct {
	Type     string          `json:"type"`
	Style    json.RawMessage `json:"style"` // the kind of a list, or how a run is shown
	Text     string          `json:"text"`
	URL      string          `json:"url"`
	User     string          `json:"user_id"`
	Group    string          `json:"usergroup_id"`
	Channel  string          `json:"channel_id"`
	Team     string          `json:"team_id"`
	Range    string          `json:"range"`
	Name     string          `json:"name"`
	Value    string          `json:"value"`
	Fallback string          `json:"fallback"`
	Indent   int             `json:"indent"`
	Offset   int             `json:"offset"`
	Language string          `json:"language"`
	Elements []richPart      `json:"elements"`
}

// read answers what a message says, as plain text and, when it has formatting,
// in Markdown, and whether it mentions us.
func (r reader) read(m *message) (text, md string, mentioned bool) {
	text, mentioned = r.plain(m.words())
	doc, called, ok := r.rich(m.Blocks)
	if !ok && m.words() == m.Text {
		doc = r.mrkdwn(m.Text)
	}
	if formatted(doc) {
		text, md = doc.Plain(), doc.Markdown()
	}
	return common(strings.ToValidUTF8(text, "�")), common(strings.ToValidUTF8(md, "�")), mentioned || called
}

// rich reads the rich text of a message; false when there is none.
func (r reader) rich(blocks json.RawMessage) (doc markup.Doc, mentioned, ok bool) {
	var kinds []struct {
		Type string `json:"type"`
	}
	var raw []json.RawMessage
	if len(blocks) == 0 || json.Unmarshal(blocks, &kinds) != nil || json.Unmarshal(blocks, &raw) != nil {
		return nil, false, false
	}
	w := &richReader{reader: r}
	for i, k := range kinds {
		if k.Type != "rich_text" {
			continue
		}
		var b richBlock
		if json.Unmarshal(raw[i], &b) != nil {
			return nil, false, false // a shape that we do not know: the text has the words
		}
		doc = append(doc, w.blocks(b.Elements)...)
		ok = true
	}
	return doc, w.mentioned, ok
}

type richReader struct {
	reader
	mentioned bool
}

func (w *richReader) blocks(parts []richPart) []markup.Block {
	var out []markup.Block
	for i := 0; i < len(parts); i++ {
		switch p := parts[i]; p.Type {
		case "rich_text_list":
			end := i + 1
			for end < len(parts) && parts[end].Type == p.Type {
				end++
			}
			out = append(out, w.lists(parts[i:end])...)
			i = end - 1
		case "rich_text_quote":
			out = append(out, markup.Quote{Blocks: w.paragraphs(p.Elements)})
		case "rich_text_preformatted":
			var code strings.Builder
			for _, x := range p.Elements {
				code.WriteString(firstOf(x.Text, x.URL))
			}
			out = append(out, markup.Fence{Lang: p.Language, Code: strings.TrimSuffix(code.String(), "\n")})
		default:
			out = append(out, w.paragraphs(p.Elements)...)
		}
	}
	return out
}

// lists puts together what Slack says as one list after the other, each with
// its indentation.
func (w *richReader) lists(parts []richPart) []markup.Block {
	var out []markup.Block
	for i := 0; i < len(parts); {
		p := parts[i]
		l := markup.List{Ordered: string(p.Style) == `"ordered"`, Start: p.Offset + 1}
		for _, item := range p.Elements {
			l.Items = append(l.Items, w.paragraphs(item.Elements))
		}
		end := i + 1
		for end < len(parts) && parts[end].Indent > p.Indent {
			end++
		}
		if inside := w.lists(parts[i+1 : end]); len(inside) > 0 && len(l.Items) > 0 {
			last := len(l.Items) - 1
			l.Items[last] = append(l.Items[last], inside...)
		}
		out = append(out, l)
		i = end
	}
	return out
}

// paragraphs is running text, cut where a line is left empty.
func (w *richReader) paragraphs(parts []richPart) []markup.Block {
	var out []markup.Block
	var spans []markup.Span
	flush := func() {
		if spans = trimmed(spans); len(spans) > 0 {
			out = append(out, markup.Paragraph{Spans: spans})
		}
		spans = nil
	}
	for _, p := range parts {
		text, plain := w.text(p, len(out) == 0 && blank(spans))
		if plain && p.Type == "text" && len(p.Style) == 0 {
			for i, piece := range strings.Split(text, "\n\n") {
				if i > 0 {
					flush()
				}
				spans = append(spans, markup.Text(piece))
			}
			continue
		}
		if text == "" && plain {
			continue
		}
		spans = append(spans, dress(p, text)...)
	}
	flush()
	return out
}

// blank reports whether nothing was said in it.
func blank(spans []markup.Span) bool {
	return !slices.ContainsFunc(spans, func(s markup.Span) bool {
		t, ok := s.(markup.Text)
		return !ok || strings.TrimSpace(string(t)) != ""
	})
}

// trimmed takes blank ends off a run.
func trimmed(spans []markup.Span) []markup.Span {
	for len(spans) > 0 {
		t, ok := spans[0].(markup.Text)
		if !ok {
			break
		}
		if s := strings.TrimLeft(string(t), " \n\t"); s != "" {
			spans[0] = markup.Text(s)
			break
		}
		spans = spans[1:]
	}
	for len(spans) > 0 {
		t, ok := spans[len(spans)-1].(markup.Text)
		if !ok {
			break
		}
		if s := strings.TrimRight(string(t), " \n\t"); s != "" {
			spans[len(spans)-1] = markup.Text(s)
			break
		}
		spans = spans[:len(spans)-1]
	}
	return spans
}

// text is what people read of a part; first says that nothing was said before.
func (w *richReader) text(p richPart, first bool) (text string, plain bool) {
	switch p.Type {
	case "user":
		if p.User == w.me && w.me != "" {
			w.mentioned = true
			return "", true
		}
		return w.token("@" + p.User), true
	case "usergroup":
		return w.token("!subteam^" + p.Group), true
	case "channel":
		return w.token("#" + p.Channel), true
	case "broadcast":
		return "@" + p.Range, true
	case "emoji":
		return ":" + p.Name + ":", true
	case "date":
		return p.Fallback, true
	case "color":
		return p.Value, true
	case "link":
		return firstOf(p.Text, bare(p.URL)), false
	}
	if first && w.mentioned { // "@sereno: take"
		return strings.TrimLeft(p.Text, " \t,:"), true
	}
	return p.Text, true
}

// dress gives a run its formatting.
func dress(p richPart, text string) []markup.Span {
	var s struct{ Bold, Italic, Strike, Code bool }
	_ = json.Unmarshal(p.Style, &s) // of another shape: it has none
	if text == "" {
		return nil
	}
	if s.Code {
		if strings.Contains(text, "\n") {
			return []markup.Span{markup.Text(text)}
		}
		return []markup.Span{markup.Code(text)}
	}
	// Marks around blanks are none.
	words := strings.TrimSpace(text)
	if words == "" {
		return []markup.Span{markup.Text(text)}
	}
	before, after, _ := strings.Cut(text, words)
	inner := []markup.Span{markup.Text(words)}
	if p.Type == "link" && isLink(p.URL) {
		inner = []markup.Span{markup.Link{Spans: inner, URL: inert(p.URL)}}
	}
	if s.Strike {
		inner = []markup.Span{markup.Strike{Spans: inner}}
	}
	if s.Italic {
		inner = []markup.Span{markup.Italic{Spans: inner}}
	}
	if s.Bold {
		inner = []markup.Span{markup.Bold{Spans: inner}}
	}
	var out []markup.Span
	if before != "" {
		out = append(out, markup.Text(before))
	}
	out = append(out, inner...)
	if after != "" {
		out = append(out, markup.Text(after))
	}
	return out
}

// formatted reports whether there is anything in it but running text: an
// address that stands for itself is none.
func formatted(doc markup.Doc) bool {
	for _, b := range doc {
		p, ok := b.(markup.Paragraph)
		if !ok {
			return true
		}
		for _, s := range p.Spans {
			switch s := s.(type) {
			case markup.Text:
			case markup.Link:
				if label, ok := s.Spans[0].(markup.Text); !ok || len(s.Spans) > 1 || inert(string(label)) != bare(s.URL) {
					return true
				}
			default:
				return true
			}
		}
	}
	return false
}

// common writes emoji by the names that are the same on every platform.
func common(s string) string { return emoji.Names(emoji.Show(s)) }
