package discord

import (
	"context"
	"encoding/json"
	"strconv"
	"strings"
	"time"

	"sereno/bot"
)

const (
	// clocksApart is how far Discord's clock and ours may be from each other.
	clocksApart = 10 * time.Minute
	// findPages bounds the search: a doubtful delivery is minutes old, not days.
	findPages = 10
)

// find looks for the parts of a doubtful delivery that Discord has already.
//
// The gateway brings what we write with its nonce, so that what was written in
// this process's time is known. Discord itself recognises a nonce for some
// minutes: while that holds there is nothing to look for, sending again answers
// what is there. After that a message's nonce can no longer be had (history
// does not give it), and what is left is to compare: a message of ours in the
// same place, not older than the delivery, that reads the same, buttons' values
// included, and is not known to be another's. Two deliveries that are alike to
// the letter in one thread cannot be told apart then; the second is taken for
// the first only if this process did not see the first being sent.
func (a *Adapter) find(ctx context.Context, d *bot.Delivery, channel string, parts []part) (map[int]string, error) {
	have := map[int]string{}
	open := false
	for i := range parts {
		nonce := nonceOf(d.Key, i)
		if id, ok := a.ours.Get(nonce); ok {
			have[i] = id
			continue
		}
		open = open || !a.recognised(d, nonce)
	}
	if !open {
		return have, nil
	}
	taken := map[string]bool{}
	for _, id := range have {
		taken[id] = true
	}
	since := d.At
	if since.IsZero() {
		since = time.Now()
	}
	said, err := a.ownSince(ctx, channel, since.Add(-clocksApart))
	if err != nil {
		return nil, err
	}
	for i, p := range parts {
		want := p.fingerprint()
		for _, m := range said {
			if have[i] == "" && !taken[m.ID] && m.fingerprint() == want && !a.anothers(m.ID) {
				have[i], taken[m.ID] = m.ID, true
			}
		}
	}
	return have, nil
}

// recognised reports whether Discord still knows the nonce of an attempt, if
// one was made. No attempt is older than the delivery itself.
func (a *Adapter) recognised(d *bot.Delivery, nonce string) bool {
	if first, ok := a.tried.Get(nonce); ok && time.Since(first) < a.tune.remembers {
		return true
	}
	age := time.Since(d.At)
	return age >= 0 && age < a.tune.remembers
}

// anothers reports whether the message is known to be that of another delivery.
func (a *Adapter) anothers(id string) bool {
	mine, _ := a.mine.Get(id)
	return mine // it came with a nonce or as an answer, and neither was of this delivery
}

// ownSince reads our own messages in the channel since the instant, oldest first.
func (a *Adapter) ownSince(ctx context.Context, channel string, since time.Time) ([]message, error) {
	me, err := a.whoAmI(ctx)
	if err != nil {
		return nil, err
	}
	var out []message
	after := idAt(since)
	for range findPages {
		page, err := a.page(ctx, channel, after)
		if err != nil {
			return nil, err
		}
		for _, m := range page {
			after = m.ID
			if m.Author != nil && m.Author.ID == me.user {
				out = append(out, m)
			}
		}
		if len(page) < pageSize {
			break
		}
	}
	return out, nil
}

// fingerprint is what can be compared of a message: its words, its card's, what
// its buttons bear and how many files it has.
func (p part) fingerprint() string {
	var ids []string
	for _, row := range rows(p.buttons) {
		for _, b := range row.(map[string]any)["components"].([]any) {
			id, _ := b.(map[string]any)["custom_id"].(string)
			ids = append(ids, id)
		}
	}
	return fingerprint(p.content, p.embeds, ids, len(p.files))
}

func (m *message) fingerprint() string {
	var ids []string
	for _, row := range m.Components {
		for _, b := range row.Components {
			ids = append(ids, b.ID)
		}
	}
	return fingerprint(m.Content, m.Embeds, ids, len(m.Files))
}

// fingerprint leaves out blanks at the ends, which Discord does not keep.
func fingerprint(content string, embeds []embed, buttons []string, files int) string {
	var cards []any
	for _, e := range embeds {
		facts := []string{strings.TrimSpace(e.Title), strings.TrimSpace(e.Description)}
		for _, f := range e.Fields {
			facts = append(facts, strings.TrimSpace(f.Name), strings.TrimSpace(f.Value))
		}
		if e.Footer != nil {
			facts = append(facts, strings.TrimSpace(e.Footer.Text))
		}
		cards = append(cards, facts)
	}
	data, err := json.Marshal([]any{strings.TrimSpace(content), cards, buttons, files})
	if err != nil {
		return ""
	}
	return string(data)
}

// pageSize is the most messages that Discord gives at once.
const pageSize = 100

// page reads the messages after the given one, oldest first.
func (a *Adapter) page(ctx context.Context, channel, after string) ([]message, error) {
	var page []message
	err := a.get(ctx, "/channels/"+channel+"/messages?limit="+strconv.Itoa(pageSize)+"&after="+after, &page)
	if err != nil {
		return nil, err
	}
	sortByAge(page)
	for i := range page {
		page[i].Channel = firstOf(page[i].Channel, channel)
	}
	return page, nil
}
