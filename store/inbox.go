package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"sereno/bot"
)

// How an event is settled; 0 while it waits.
const (
	eventDone = 1
	eventDead = 2
)

// insertNewEvent fails on a key that is known; insertEvent leaves its row as it is.
const (
	insertNewEvent = `INSERT INTO events (key, conversation, at, body) VALUES (?, ?, ?, ?)`
	insertEvent    = insertNewEvent + ` ON CONFLICT (key) DO NOTHING`
)

// eventArgs are the arguments of both.
func eventArgs(e *bot.Event) ([]any, error) {
	body, err := document(e)
	if err != nil {
		return nil, err
	}
	return storable([]any{e.Key, e.Conversation(), micros(e.At), body}), nil
}

type eventRow struct {
	Seq, At      int64
	Conversation string
	Until        int64
	Failures     int
	Body         string
}

const eventColumns = `seq, at, conversation, until, failures, body`

func (r *eventRow) inboxed() (*bot.Inboxed, error) {
	in := &bot.Inboxed{Seq: r.Seq, Failures: r.Failures}
	return in, fromDocument(r.Body, &in.Event)
}

// glance is how many of the oldest events are looked at before all that wait
// are: nearly always one of them can be taken, and in a list by age the first of
// each conversation is its head.
const glance = 24

// NextEvent implements bot.InboxTx.
func (t *tx) NextEvent(ctx context.Context, now time.Time) (*bot.Inboxed, error) {
	r, err := t.nextEvent(ctx, micros(now))
	if r == nil || err != nil {
		if err != nil {
			err = fmt.Errorf("next event: %w", err)
		}
		return nil, err
	}
	return r.inboxed()
}

func (t *tx) nextEvent(ctx context.Context, now int64) (*eventRow, error) {
	var oldest []eventRow
	err := t.list(ctx, &oldest, `SELECT seq, at, conversation, until, failures, '' AS body FROM events
		WHERE state = 0 ORDER BY at, seq LIMIT ?`, glance)
	if err != nil {
		return nil, err
	}
	met := map[string]bool{}
	for _, r := range oldest {
		if met[r.Conversation] {
			continue
		}
		met[r.Conversation] = true
		if r.Until > now {
			continue
		}
		if head, err := t.takeHead(ctx, r.Conversation, now); head != nil || err != nil {
			return head, err
		}
	}
	if len(oldest) < glance {
		return nil, nil
	}
	heads, err := t.readyHeads(ctx, now)
	if err != nil {
		return nil, err
	}
	for _, conversation := range heads {
		if met[conversation] {
			continue
		}
		if head, err := t.takeHead(ctx, conversation, now); head != nil || err != nil {
			return head, err
		}
	}
	return nil, nil
}

// readyHeads lists the conversations whose first event is ready, oldest first.
func (t *tx) readyHeads(ctx context.Context, now int64) ([]string, error) {
	var heads []string
	err := t.list(ctx, &heads, `SELECT conversation FROM (
			SELECT conversation, until, at, seq, row_number() OVER (PARTITION BY conversation ORDER BY at, seq) AS place
			FROM events WHERE state = 0) AS waiting
		WHERE place = 1 AND until <= ? ORDER BY at, seq`, now)
	return heads, err
}

// takeHead takes the conversation's first event, if nobody has the conversation
// and the event is ready; else nil. Where several processes are at work the
// conversation is locked, not the row: an event that happened earlier may still
// be committed by another connection while this one is handled.
func (t *tx) takeHead(ctx context.Context, conversation string, now int64) (*eventRow, error) {
	if t.shared && !t.readOnly {
		var ours bool
		err := t.get(ctx, &ours, `SELECT pg_try_advisory_xact_lock(?, hashtext(?))`, lockConversation, conversation)
		if err != nil || !ours {
			return nil, err
		}
	}
	var r eventRow
	err := t.get(ctx, &r, `SELECT `+eventColumns+` FROM events
		WHERE state = 0 AND conversation = ? ORDER BY at, seq LIMIT 1`, conversation)
	switch {
	case errors.Is(err, bot.ErrNotFound):
		return nil, nil // done since it was listed
	case err != nil:
		return nil, err
	case r.Until > now:
		return nil, nil
	}
	t.taken = append(t.taken, r)
	return &r, nil
}

// unsettled is the condition that finds an event that waits. There is no index on
// seq alone, which every accepted event would have to write: what this
// transaction took is found by when it happened, and what another one took, in
// the index of those that wait.
func (t *tx) unsettled(seq int64) (condition string, args []any) {
	for _, r := range t.taken {
		if r.Seq == seq {
			return `at = ? AND seq = ? AND state = 0`, []any{r.At, seq}
		}
	}
	return `seq = ? AND state = 0`, []any{seq}
}

// EventDone implements bot.InboxTx. ErrNotFound when the event does not wait:
// then somebody else has settled it, and what was decided must not stand.
func (t *tx) EventDone(ctx context.Context, seq int64, at time.Time) error {
	return doing(t.settle(ctx, seq, eventDone, at, ""), "event %d done", seq)
}

// EventPutOff implements bot.InboxTx. ErrNotFound when the event does not wait.
func (t *tx) EventPutOff(ctx context.Context, seq int64, until time.Time, failures int, reason string) error {
	where, which := t.unsettled(seq)
	err := t.must(ctx, `UPDATE events SET until = ?, failures = ?, reason = ? WHERE `+where,
		append([]any{microsUp(until), failures, reason}, which...)...)
	return doing(err, "put off event %d", seq)
}

// EventDead implements bot.InboxTx. ErrNotFound when the event does not wait.
func (t *tx) EventDead(ctx context.Context, seq int64, at time.Time, reason string) error {
	return doing(t.settle(ctx, seq, eventDead, at, reason), "set event %d aside", seq)
}

// settle takes the event off the queue and remembers that its message was accepted.
func (t *tx) settle(ctx context.Context, seq int64, state int, at time.Time, reason string) error {
	var body string
	where, which := t.unsettled(seq)
	err := t.change(ctx, &body, `UPDATE events SET state = ?, settled = ?, reason = ? WHERE `+where+` RETURNING body`,
		append([]any{state, micros(at), reason}, which...)...)
	if err != nil {
		return err
	}
	var e bot.Event
	if err := fromDocument(body, &e); err != nil || e.Kind != bot.MessagePosted {
		return err
	}
	_, err = t.exec(ctx, `INSERT INTO cursors (platform, channel, thread, at, message) VALUES (?, ?, ?, ?, ?)
		ON CONFLICT (platform, channel, thread) DO UPDATE SET at = excluded.at, message = excluded.message
		WHERE excluded.at > cursors.at OR excluded.at = cursors.at AND excluded.message > cursors.message`,
		e.Platform, e.Channel, e.Thread, micros(e.At), e.Message)
	return err
}

// ForgetEvents implements bot.InboxTx.
func (t *tx) ForgetEvents(ctx context.Context, before time.Time) (int, error) {
	n, err := t.exec(ctx, `DELETE FROM events WHERE key IN (
		SELECT key FROM events WHERE state = 1 AND settled < ? LIMIT 5000)`, micros(before))
	return n, doing(err, "forget events")
}

// doing says what was being done when err came about.
func doing(err error, format string, args ...any) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf(format+": %w", append(args, err)...)
}
