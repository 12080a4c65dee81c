package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"time"

	"sereno/bot"
	"sereno/bot/incident"
)

// One of the states of a delivery; the migration names all.
const deliverySending = 1

// Enqueue implements bot.OutboxTx.
func (t *tx) Enqueue(ctx context.Context, d *bot.Delivery) error {
	body, err := document(d)
	if err != nil {
		return doing(err, "queue delivery %s", d.Key)
	}
	t.work = true
	if d.Kind == bot.Update && t.pipelines() {
		return t.queueUpdate(ctx, d, body)
	}
	if d.Kind == bot.Update {
		replaced, err := t.replaceUpdate(ctx, d, body)
		if replaced || err != nil {
			return doing(err, "renew an update with delivery %s", d.Key)
		}
	}
	d.ID, err = t.insert(ctx, "deliveries", "id",
		"key, conversation, kind, urgency, platform, channel, thread_delivery, target_delivery, target_message, body",
		"queue delivery "+d.Key,
		d.Key, d.Conversation(), string(d.Kind), urgency(d), d.Platform, d.Channel,
		d.Thread.Delivery, d.Target.Delivery, d.Target.Message, body)
	return err
}

// notUrgent is the urgency of what is no page.
const notUrgent = bot.LeastPriority + 1

// urgency is the order in which deliveries are claimed.
func urgency(d *bot.Delivery) int {
	if d.Kind != bot.Page {
		return notUrgent
	}
	return within(d.Priority)
}

// within is a priority, or the nearest that there is.
func within(priority int) int { return min(max(priority, 0), bot.LeastPriority) }

// replaceUpdate gives the new content to an update of the same target that
// waits. It keeps its place, its attempts and how long it was put off: a
// platform that asked us to wait meant every edit of the message.
func (t *tx) replaceUpdate(ctx context.Context, d *bot.Delivery, body string) (bool, error) {
	err := t.change(ctx, &d.ID, `UPDATE deliveries SET key = ?, body = ? WHERE state = 0 AND id = (
			SELECT max(id) FROM deliveries WHERE state = 0 AND kind = 'update' AND conversation = ?
			AND target_delivery = ? AND target_message = ?
		) RETURNING id`, d.Key, body, d.Conversation(), d.Target.Delivery, d.Target.Message)
	if errors.Is(err, bot.ErrNotFound) {
		return false, nil
	}
	return err == nil, err
}

// queueUpdate is Enqueue of an update for which nobody waits.
func (t *tx) queueUpdate(ctx context.Context, d *bot.Delivery, body string) (err error) {
	if d.ID, err = t.number(ctx, "deliveries"); err != nil {
		return doing(err, "queue delivery %s", d.Key)
	}
	return t.later(ctx, statement{
		query: `WITH renewed AS (
				UPDATE deliveries SET key = ?, body = ? WHERE state = 0 AND id = (
					SELECT max(id) FROM deliveries WHERE state = 0 AND kind = 'update' AND conversation = ?
					AND target_delivery = ? AND target_message = ?
				) RETURNING id
			)
			INSERT INTO deliveries (id, key, conversation, kind, urgency, platform, channel, thread_delivery, target_delivery, target_message, body)
			OVERRIDING SYSTEM VALUE
			SELECT CAST(? AS BIGINT), CAST(? AS TEXT), CAST(? AS TEXT), CAST(? AS TEXT), CAST(? AS SMALLINT), CAST(? AS TEXT),
				CAST(? AS TEXT), CAST(? AS BIGINT), CAST(? AS BIGINT), CAST(? AS TEXT), CAST(? AS TEXT)
			WHERE NOT EXISTS (SELECT 1 FROM renewed)`,
		args: []any{
			d.Key, body, d.Conversation(), d.Target.Delivery, d.Target.Message,
			d.ID, d.Key, d.Conversation(), string(d.Kind), urgency(d), d.Platform, d.Channel,
			d.Thread.Delivery, d.Target.Delivery, d.Target.Message, body,
		},
		what: "queue delivery " + d.Key,
	})
}

// sentRow is a delivery that was settled as sent.
type sentRow struct {
	ID            int64
	Body          string
	ThreadMessage string `db:"thread_message"`
}

// DeliveriesSent implements bot.OutboxTx.
func (t *tx) DeliveriesSent(ctx context.Context, sent ...bot.Sent) error {
	if len(sent) == 0 {
		return nil
	}
	receipts, err := t.receipts(sent)
	if err != nil {
		return err
	}
	var rows []sentRow
	err = t.changeAll(ctx, &rows, `UPDATE deliveries SET state = 2, afloat = 0, settled = s.at, reason = '',
			receipt_channel = CASE WHEN s.channel = '' THEN deliveries.channel ELSE s.channel END, receipt_message = s.message
		FROM `+t.records+` AS s WHERE deliveries.id = s.id AND deliveries.state <> 2
		RETURNING deliveries.id, deliveries.body, COALESCE((SELECT root.receipt_message FROM deliveries root
			WHERE root.id = deliveries.thread_delivery), '') AS thread_message`, receipts)
	if err != nil {
		return doing(err, "%d deliveries sent", len(sent))
	}
	settled := make(map[int64]*sentRow, len(rows))
	for i := range rows {
		settled[rows[i].ID] = &rows[i]
	}
	for _, one := range sent {
		row := settled[one.Delivery]
		if row == nil { // or sent already
			if err := t.get(ctx, new(int), `SELECT 1 FROM deliveries WHERE id = ?`, one.Delivery); err != nil {
				return doing(err, "delivery %d sent", one.Delivery)
			}
			continue
		}
		if err := t.became(ctx, row, one); err != nil {
			return doing(err, "delivery %d sent", one.Delivery)
		}
	}
	return nil
}

// receipts are what platforms answered, as the argument of the dialect's records.
func (t *tx) receipts(sent []bot.Sent) (string, error) {
	type record struct {
		ID      int64  `json:"id"`
		At      int64  `json:"at"`
		Channel string `json:"channel"`
		Message string `json:"message"`
	}
	out := make([]record, len(sent))
	for i, one := range sent {
		texts := storable([]any{one.Receipt.Channel, one.Receipt.Message})
		out[i] = record{one.Delivery, micros(one.At), texts[0].(string), texts[1].(string)} //nolint:forcetypeassert // they were strings
	}
	return document(out)
}

// became remembers the message that a delivery became.
func (t *tx) became(ctx context.Context, row *sentRow, one bot.Sent) error {
	var d bot.Delivery
	if err := fromDocument(row.Body, &d); err != nil {
		return err
	}
	r := one.Receipt
	if r.Channel == "" {
		r.Channel = d.Channel
	}
	if r.Message == "" || !becomesMessage(d.Kind) {
		return nil
	}
	if d.Kind == bot.Update {
		// The message stays what it was to the core; it only reads differently.
		return t.later(ctx, statement{
			query: `UPDATE messages SET text = ? WHERE platform = ? AND channel = ? AND id = ?`,
			args:  []any{d.Message.Text, d.Platform, r.Channel, r.Message}, what: fmt.Sprintf("delivery %d sent", row.ID),
		})
	}
	m := bot.Said{
		Platform: d.Platform, Channel: r.Channel, ID: r.Message, Thread: d.Thread.Message,
		At: one.At, Text: d.Message.Text, Delivery: row.ID, Purpose: d.Purpose,
	}
	if d.Thread.Delivery != 0 {
		m.Thread = row.ThreadMessage
	}
	m.Incident, _ = incident.ParseID(d.Incident) // 0 when it concerns none
	return t.SaveMessage(ctx, m)
}

// DeliveryAt implements bot.OutboxTx.
func (t *tx) DeliveryAt(ctx context.Context, id int64) (*bot.Delivery, error) {
	var r deliveryRow
	if err := t.get(ctx, &r, `SELECT id, body, attempt, doubtful FROM deliveries WHERE id = ?`, id); err != nil {
		return nil, doing(err, "read delivery %d", id)
	}
	return r.delivery()
}

// becomesMessage reports whether a delivery of the kind is a message of ours
// afterwards, or changes one: a mark is on somebody else's.
func becomesMessage(kind bot.DeliveryKind) bool {
	switch kind {
	case bot.Withdraw, bot.React, bot.Home, bot.Fetch:
		return false
	}
	return true
}

// DeliveryPutOff implements bot.OutboxTx.
func (t *tx) DeliveryPutOff(ctx context.Context, id int64, w bot.Wait) error {
	err := t.must(ctx, `UPDATE deliveries SET state = 0, until = ?, doubtful = ?, afloat = ?, reason = ?, attempt = attempt - ?
		WHERE id = ? AND state < 2 AND (holder = ? OR ? = '')`,
		microsUp(w.Until), bit(w.Doubtful), bit(w.Doubtful), w.Reason, bit(w.Asked), id, w.Holder, w.Holder)
	return doing(err, "put off delivery %d", id)
}

// DeliveryDead implements bot.OutboxTx. ErrNotFound when it is settled.
func (t *tx) DeliveryDead(ctx context.Context, id int64, at time.Time, reason string) error {
	err := t.must(ctx, `UPDATE deliveries SET state = 3, afloat = 0, settled = ?, reason = ?
		WHERE id = ? AND state < 2`, micros(at), reason, id)
	return doing(err, "give up delivery %d", id)
}

// DeadDeliveries implements bot.OutboxTx.
func (t *tx) DeadDeliveries(ctx context.Context, since time.Time, limit int) ([]bot.DeadDelivery, error) {
	var rows []struct {
		deliveryRow
		Settled int64
		Reason  string
	}
	err := t.list(ctx, &rows, `SELECT id, body, attempt, doubtful, settled, reason FROM deliveries
		WHERE state = 3 AND settled >= ? ORDER BY settled DESC, id DESC LIMIT ?`, microsUp(since), limit)
	if err != nil {
		return nil, doing(err, "list dead deliveries")
	}
	out := make([]bot.DeadDelivery, len(rows))
	for i, r := range rows {
		d, err := r.delivery()
		if err != nil {
			return nil, err
		}
		out[i] = bot.DeadDelivery{Delivery: *d, At: instant(r.Settled), Reason: r.Reason}
	}
	return out, nil
}

// Unsettled implements bot.OutboxTx. A delivery to a person counts for every
// channel of the platform: which one is theirs comes with the receipt.
func (t *tx) Unsettled(ctx context.Context, platform, channel string) (bool, error) {
	var n int
	err := t.get(ctx, &n, `SELECT CASE WHEN EXISTS (SELECT 1 FROM deliveries
		WHERE afloat = 1 AND platform = ? AND channel IN (?, '')) THEN 1 ELSE 0 END`, platform, channel)
	return n == 1, doing(err, "look for unsettled deliveries")
}

// Backlog implements bot.OutboxTx.
func (t *tx) Backlog(ctx context.Context) (bot.Backlog, error) {
	var b struct {
		Events, Deliveries, Timers int
		DeadEvents                 int `db:"dead_events"`
		DeadDeliveries             int `db:"dead_deliveries"`
	}
	err := t.get(ctx, &b, `SELECT
		(SELECT count(*) FROM events WHERE state = 0) AS events,
		(SELECT count(*) FROM deliveries WHERE state + 0 < 2) AS deliveries,
		(SELECT count(*) FROM timers) AS timers,
		(SELECT count(*) FROM events WHERE state = 2) AS dead_events,
		(SELECT count(*) FROM deliveries WHERE state = 3) AS dead_deliveries`)
	return bot.Backlog(b), doing(err, "count the backlog")
}

// timerWakes asks each priority for its next timer, as timers_turn has them.
var timerWakes = func() (query string) {
	for p := range bot.LeastPriority + 1 {
		query += fmt.Sprintf(` UNION ALL SELECT min(due) FROM timers WHERE priority = %d AND due > ?`, p)
	}
	return query
}()

// NextWake implements bot.OutboxTx.
func (t *tx) NextWake(ctx context.Context, now time.Time) (time.Time, bool, error) {
	var at sql.NullInt64
	n := micros(now)
	err := t.get(ctx, &at, `SELECT min(at) FROM (
			SELECT min(until) AS at FROM events WHERE state = 0 AND until > 0 AND until > ?
			UNION ALL
			SELECT min(until) FROM deliveries WHERE state = 0 AND until > 0 AND until > ?
			`+timerWakes+`
		) AS wakes`, slices.Repeat([]any{n}, 3+bot.LeastPriority)...)
	return instant(at.Int64), at.Valid, doing(err, "find the next wake")
}
