package store

import (
	"cmp"
	"context"
	"slices"

	"sereno/bot"
)

// cursor is the newest message of a thread, "" outside threads.
type cursor struct {
	Thread, Message string
	At              int64
}

// older orders messages of one channel: by when they were written, then by id.
func (c cursor) older(than cursor) bool {
	return c.At < than.At || c.At == than.At && c.Message < than.Message
}

// cursors gives the newest accepted message of each thread of the channel, or
// of the one thread when only is not nil: of settled events as it was noted
// then, and of events that wait, which are few, as they are.
func (t *tx) cursors(ctx context.Context, platform, channel string, only *string) (map[string]cursor, error) {
	var noted []cursor
	query, args := `SELECT thread, message, at FROM cursors WHERE platform = ? AND channel = ?`, []any{platform, channel}
	if only != nil {
		query, args = query+` AND thread = ?`, append(args, *only)
	}
	if err := t.list(ctx, &noted, query, args...); err != nil {
		return nil, err
	}
	waiting, err := t.waiting(ctx, platform, channel)
	if err != nil {
		return nil, err
	}
	for _, e := range waiting {
		noted = append(noted, cursor{e.Thread, e.Message, micros(e.At)})
	}
	newest := map[string]cursor{}
	for _, c := range noted {
		if known, ok := newest[c.Thread]; !ok || known.older(c) {
			newest[c.Thread] = c
		}
	}
	return newest, nil
}

// waiting lists the channel's messages whose event waits.
func (t *tx) waiting(ctx context.Context, platform, channel string) ([]bot.Event, error) {
	var bodies []string
	conversation := (&bot.Event{Platform: platform, Channel: channel}).Conversation()
	err := t.list(ctx, &bodies, `SELECT body FROM events WHERE state = 0 AND conversation = ?`, conversation)
	if err != nil {
		return nil, err
	}
	var out []bot.Event
	for _, body := range bodies {
		var e bot.Event
		if err := fromDocument(body, &e); err != nil {
			return nil, err
		}
		if e.Kind == bot.MessagePosted && e.Channel == channel {
			out = append(out, e)
		}
	}
	return out, nil
}

// LastMessage implements bot.MessageTx.
func (t *tx) LastMessage(ctx context.Context, platform, channel, thread string) (string, error) {
	newest, err := t.cursors(ctx, platform, channel, &thread)
	return newest[thread].Message, doing(err, "read the last message of %s", channel)
}

// OpenThreads implements bot.MessageTx: threads of incidents that are open or
// resolved (a customer may still say that it is not) and of their cards, of analyses
// that run, and
// of messages that wait, which may become incidents at any moment.
func (t *tx) OpenThreads(ctx context.Context, platform, channel string) ([]bot.ThreadCursor, error) {
	var roots []string
	err := t.list(ctx, &roots, `SELECT root FROM incidents WHERE heard = 1 AND platform = ? AND channel = ? AND root <> ''
		UNION
		SELECT d.receipt_message FROM rcas r JOIN deliveries d ON d.id = r.root
		WHERE r.running = 1 AND r.platform = ? AND r.channel = ? AND d.receipt_message <> ''
		UNION
		SELECT d.receipt_message FROM incidents i JOIN deliveries d ON d.id = i.card
		WHERE i.heard = 1 AND i.card_platform = ? AND i.card_channel = ? AND d.receipt_message <> ''`,
		platform, channel, platform, channel, platform, channel)
	if err != nil {
		return nil, doing(err, "list the threads of %s", channel)
	}
	waiting, err := t.waiting(ctx, platform, channel)
	if err != nil {
		return nil, doing(err, "list the threads of %s", channel)
	}
	for _, e := range waiting {
		roots = append(roots, cmp.Or(e.Thread, e.Message))
	}
	slices.Sort(roots)
	roots = slices.Compact(roots)
	newest, err := t.cursors(ctx, platform, channel, nil)
	if err != nil {
		return nil, doing(err, "list the threads of %s", channel)
	}
	out := make([]bot.ThreadCursor, len(roots))
	for i, root := range roots {
		out[i] = bot.ThreadCursor{Root: root, Last: newest[root].Message}
	}
	return out, nil
}
