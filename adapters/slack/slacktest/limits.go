package slacktest

import (
	"encoding/json"
	"fmt"
	"net/url"
	"unicode/utf8"
)

// Slack's limits, checked as far as the adapter could break them, so that a
// message that Slack would refuse is refused in tests.

// checkMessage answers nil for a message that Slack would take.
func checkMessage(p url.Values) answer {
	raw := p.Get("blocks")
	if raw == "" && p.Get("text") == "" {
		return refusal("no_text")
	}
	if utf8.RuneCountInString(p.Get("text")) > 40000 {
		return refusal("msg_too_long")
	}
	if len(p.Get("metadata")) > 16<<10 {
		return refusal("metadata_too_large")
	}
	if raw == "" {
		return nil
	}
	if wrong := checkBlocks([]byte(raw), 50); wrong != "" {
		return answer{"error": "invalid_blocks", "response_metadata": map[string]any{"messages": []string{wrong}}}
	}
	var decoded any
	_ = json.Unmarshal([]byte(raw), &decoded) // it was read above
	if textSize(decoded) > 12000 {
		return refusal("msg_blocks_too_long")
	}
	return nil
}

// textSize sums the characters of all texts in the blocks.
func textSize(v any) int {
	n := 0
	switch v := v.(type) {
	case map[string]any:
		for k, x := range v {
			if t, ok := x.(string); ok && k == "text" {
				n += utf8.RuneCountInString(t)
				continue
			}
			n += textSize(x)
		}
	case []any:
		for _, x := range v {
			n += textSize(x)
		}
	}
	return n
}

type text struct {
	Type string `json:"type"`
	Text string `json:"text"`
}

type block struct {
	Type     string            `json:"type"`
	BlockID  string            `json:"block_id"`
	Text     *text             `json:"text"`
	Fields   []text            `json:"fields"`
	Label    *text             `json:"label"`
	Element  *element          `json:"element"`
	Elements []json.RawMessage `json:"elements"`
}

type element struct {
	Type     string `json:"type"`
	ActionID string `json:"action_id"`
	Value    string `json:"value"`
	Initial  string `json:"initial_value"`
	Text     *text  `json:"text"`
	Options  []struct {
		Text  text   `json:"text"`
		Value string `json:"value"`
	} `json:"options"`
}

// checkBlocks answers what Slack would find wrong, "" when nothing.
func checkBlocks(raw []byte, most int) string {
	var blocks []block
	if err := json.Unmarshal(raw, &blocks); err != nil {
		return "not a list of blocks: " + err.Error()
	}
	if len(blocks) > most {
		return fmt.Sprintf("%d blocks", len(blocks))
	}
	actions := map[string]bool{}
	ids := map[string]bool{}
	for i, b := range blocks {
		if wrong := b.check(actions); wrong != "" {
			return fmt.Sprintf("blocks[%d] (%s): %s", i, b.Type, wrong)
		}
		if b.BlockID != "" && ids[b.BlockID] {
			return fmt.Sprintf("blocks[%d]: block_id %q again", i, b.BlockID)
		}
		ids[b.BlockID] = true
	}
	return ""
}

func (t *text) check(most int, plainOnly bool) string {
	switch n := utf8.RuneCountInString(t.Text); {
	case t.Type != "plain_text" && (plainOnly || t.Type != "mrkdwn"):
		return "a text of type " + t.Type
	case n == 0 || n > most:
		return fmt.Sprintf("a text of %d characters", n)
	}
	return ""
}

func (b *block) check(actions map[string]bool) string {
	switch b.Type {
	case "section":
		if b.Text == nil && len(b.Fields) == 0 || len(b.Fields) > 10 {
			return fmt.Sprintf("%d fields and perhaps no text", len(b.Fields))
		}
		if b.Text != nil {
			if wrong := b.Text.check(3000, false); wrong != "" {
				return wrong
			}
		}
		for _, f := range b.Fields {
			if wrong := f.check(2000, false); wrong != "" {
				return wrong
			}
		}
	case "header":
		if b.Text == nil {
			return "no text"
		}
		return b.Text.check(150, true)
	case "context":
		if len(b.Elements) == 0 || len(b.Elements) > 10 {
			return fmt.Sprintf("%d elements", len(b.Elements))
		}
	case "actions":
		return b.checkActions(actions)
	case "rich_text":
		if len(b.Elements) == 0 {
			return "no elements"
		}
	case "input":
		return b.checkInput()
	default:
		return "of an unknown type"
	}
	return ""
}

func (b *block) checkActions(actions map[string]bool) string {
	if len(b.Elements) == 0 || len(b.Elements) > 25 {
		return fmt.Sprintf("%d elements", len(b.Elements))
	}
	for _, raw := range b.Elements {
		var e element
		if err := json.Unmarshal(raw, &e); err != nil {
			return err.Error()
		}
		switch {
		case e.Type != "button" || e.Text == nil:
			return "an element that is no button"
		case e.Text.check(75, true) != "":
			return e.Text.check(75, true)
		case e.ActionID == "" || len(e.ActionID) > 255 || actions[e.ActionID]:
			return fmt.Sprintf("action_id %q is empty, too long or there twice", e.ActionID)
		case utf8.RuneCountInString(e.Value) > 2000:
			return "a value that is too long"
		}
		actions[e.ActionID] = true
	}
	return ""
}

func (b *block) checkInput() string {
	if b.Label == nil || b.Element == nil {
		return "no label or element"
	}
	if wrong := b.Label.check(2000, true); wrong != "" {
		return wrong
	}
	if b.Element.Type == "static_select" && (len(b.Element.Options) == 0 || len(b.Element.Options) > 100) {
		return fmt.Sprintf("%d options", len(b.Element.Options))
	}
	for _, o := range b.Element.Options {
		if wrong := o.Text.check(75, true); wrong != "" || o.Value == "" || len(o.Value) > 150 {
			return "an option that is empty or too long " + wrong
		}
	}
	return ""
}

// checkView answers what Slack would find wrong with a modal, "" when nothing.
func checkView(raw []byte) string {
	var v struct {
		Type   string          `json:"type"`
		Title  *text           `json:"title"`
		Submit *text           `json:"submit"`
		Value  string          `json:"private_metadata"`
		Blocks json.RawMessage `json:"blocks"`
	}
	if err := json.Unmarshal(raw, &v); err != nil {
		return err.Error()
	}
	if v.Type != "modal" || v.Title == nil {
		return "not a modal with a title"
	}
	for _, t := range []*text{v.Title, v.Submit} {
		if t != nil {
			if wrong := t.check(24, true); wrong != "" {
				return "title or submit: " + wrong
			}
		}
	}
	if utf8.RuneCountInString(v.Value) > 3000 {
		return "private_metadata is too long"
	}
	return checkBlocks(v.Blocks, 100)
}

// Refusal says why Slack would refuse a message with these parameters (text,
// blocks, metadata), "" when it would take it.
func Refusal(p url.Values) string {
	no := checkMessage(p)
	if no == nil {
		return ""
	}
	return fmt.Sprint(no["error"], " ", no["response_metadata"])
}
