package store

import (
	"context"
	"time"

	"github.com/jmoiron/sqlx"

	"sereno/bot"
)

// deliveryRow is a delivery as the queue knows it.
type deliveryRow struct {
	ID       int64
	Body     string
	Attempt  int
	Doubtful bool
}

func (r *deliveryRow) delivery() (*bot.Delivery, error) {
	d := &bot.Delivery{}
	if err := fromDocument(r.Body, d); err != nil {
		return nil, err
	}
	d.ID, d.Attempt, d.Doubtful = r.ID, r.Attempt, r.Doubtful
	return d, nil
}

// headRow is the first delivery of a conversation with what it refers to.
type headRow struct {
	deliveryRow
	State         int
	ThreadMessage string `db:"thread_message"`
	ThreadChannel string `db:"thread_channel"`
	TargetMessage string `db:"target_message"`
	TargetChannel string `db:"target_channel"`
}

// ClaimDeliveries implements bot.OutboxTx. A delivery whose reference is still
// on its way waits for it; one that would edit a message which never came to be
// is given up here.
func (t *tx) ClaimDeliveries(ctx context.Context, now time.Time, holder string, lease time.Duration, limit int, busy ...string) ([]*bot.Delivery, error) {
	clock, err := t.leaseClock(ctx)
	if err != nil {
		return nil, doing(err, "claim deliveries")
	}
	if gone, err := t.gone(ctx, holder, clock); gone || err != nil {
		return nil, doing(err, "claim deliveries")
	}
	var out []*bot.Delivery
	for len(out) < limit {
		heads, err := t.heads(ctx, micros(now), holder, clock, limit-len(out), busy)
		if err != nil {
			return nil, doing(err, "claim deliveries")
		}
		var died bool
		var taken []int64
		for i := range heads {
			d, dead, err := heads[i].resolve()
			switch {
			case err != nil:
				return nil, err
			case dead != "":
				if err := t.DeliveryDead(ctx, d.ID, now, dead); err != nil {
					return nil, err
				}
				died = true
			default:
				out, taken = append(out, d), append(taken, d.ID)
			}
		}
		if err := t.lease(ctx, taken, holder, clock+lease.Microseconds()); err != nil {
			return nil, doing(err, "claim deliveries")
		}
		if !died {
			break // else the conversations of the dead have a new head
		}
	}
	return out, nil
}

// leaseClock is the instant by which leases are judged. Claims of several
// processes come one after the other: each sees what the one before it took.
func (t *tx) leaseClock(ctx context.Context) (int64, error) {
	if err := t.alone(ctx, `SELECT pg_advisory_xact_lock(?, 0)`, lockClaims); err != nil {
		return 0, err
	}
	return t.clock(ctx)
}

// alone runs a query that takes a lock, where there are others to keep out.
func (t *tx) alone(ctx context.Context, lock string, args ...any) error {
	if !t.shared {
		return t.usable(true)
	}
	_, err := t.exec(ctx, lock, args...)
	return err
}

// clock is the present instant by the database's clock.
func (t *tx) clock(ctx context.Context) (now int64, err error) {
	if !t.shared {
		return time.Now().UnixMicro(), nil
	}
	err = t.get(ctx, &now, `SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint`)
	return now, err
}

// heads lists the first delivery of each conversation that may be claimed,
// pages first. It steps from platform to platform, past the busy ones, and from
// conversation to conversation along deliveries_waiting, whose condition is worded as
// it is there, so that long queues cost nothing. One that is being sent
// keeps its conversation while its lease runs and its holder is not gone; where the
// database belongs to one process, any other holder is. What another
// transaction is just giving new content to is left for the next claim, which
// would otherwise hand out, and settle, the content from before.
func (t *tx) heads(ctx context.Context, now int64, holder string, clock int64, limit int, busy []string) ([]headRow, error) {
	if t.shared {
		holder = ""
	}
	free, args := "", make([]any, 0, len(busy)+5)
	for _, platform := range busy {
		free, args = free+` AND p.platform <> ?`, append(args, platform)
	}
	var heads []headRow
	err := t.list(ctx, &heads, `WITH RECURSIVE p (platform) AS (
			SELECT min(platform) FROM deliveries WHERE state + 0 < 2
			UNION ALL
			SELECT (SELECT min(w.platform) FROM deliveries w WHERE w.state + 0 < 2 AND w.platform > p.platform)
			FROM p WHERE p.platform IS NOT NULL
		), c (platform, conversation) AS (
			SELECT p.platform, (SELECT min(w.conversation) FROM deliveries w WHERE w.state + 0 < 2 AND w.platform = p.platform)
			FROM p WHERE p.platform IS NOT NULL`+free+`
			UNION ALL
			SELECT c.platform, (SELECT min(w.conversation) FROM deliveries w
				WHERE w.state + 0 < 2 AND w.platform = c.platform AND w.conversation > c.conversation)
			FROM c WHERE c.conversation IS NOT NULL
		)
		SELECT d.id, d.body, d.attempt, d.doubtful, d.state,
			COALESCE(root.receipt_message, '') AS thread_message, COALESCE(root.receipt_channel, '') AS thread_channel,
			COALESCE(target.receipt_message, '') AS target_message, COALESCE(target.receipt_channel, '') AS target_channel
		FROM deliveries d
		LEFT JOIN deliveries root ON root.id = d.thread_delivery
		LEFT JOIN deliveries target ON target.id = d.target_delivery
		WHERE d.id `+t.amongFew(`SELECT (SELECT min(h.id) FROM deliveries h
				WHERE h.state + 0 < 2 AND h.platform = c.platform AND h.conversation = c.conversation)
				FROM c WHERE c.conversation IS NOT NULL`)+`
			AND d.until <= ?
			AND COALESCE(root.state, 3) >= 2 AND COALESCE(target.state, 3) >= 2
			AND NOT EXISTS (SELECT 1 FROM deliveries s WHERE s.state = 1 AND s.conversation = d.conversation
				AND s.lease_until > ? AND (s.holder = ? OR ? = '')
				AND NOT EXISTS (SELECT 1 FROM holders g WHERE g.name = s.holder AND g.until <= ?))
		ORDER BY d.urgency, d.id LIMIT ?`+t.lockFreeOf("d"),
		append(args, now, clock, holder, holder, clock, limit)...)
	return heads, err
}

// resolve makes the delivery ready for an adapter, or says why it is dead.
func (h *headRow) resolve() (d *bot.Delivery, dead string, err error) {
	if d, err = h.delivery(); err != nil {
		return nil, "", err
	}
	d.Attempt++
	d.Doubtful = d.Doubtful || h.State == deliverySending
	if d.Target.Delivery != 0 {
		if h.TargetMessage == "" {
			return d, "the message that it would edit was never sent", nil
		}
		d.Target.Message = h.TargetMessage
	}
	if d.Thread.Delivery != 0 {
		d.Thread.Message = h.ThreadMessage
		if h.ThreadMessage == "" {
			d.Thread = bot.Ref{} // better outside the thread than not at all
		}
	}
	if d.Channel == "" && (d.Kind == bot.Update || d.Kind == bot.Post) {
		d.Channel = h.TargetChannel
		if d.Channel == "" {
			d.Channel = h.ThreadChannel
		}
	}
	return d, "", nil
}

// lease hands the deliveries to the holder.
func (t *tx) lease(ctx context.Context, ids []int64, holder string, until int64) error {
	if len(ids) == 0 {
		return nil
	}
	query, args, err := sqlx.In(`UPDATE deliveries SET
			doubtful = CASE WHEN state = 1 THEN 1 ELSE doubtful END,
			state = 1, afloat = 1, attempt = attempt + 1, holder = ?, lease_until = ?
		WHERE id IN (?)`, holder, until, ids)
	if err != nil {
		return err
	}
	_, err = t.exec(ctx, query, args...)
	return err
}
