package store

import (
	"context"
	"time"

	"sereno/bot"
)

type messageRow struct {
	Platform, Channel, ID, Thread, Author string
	Staff                                 bool
	At                                    int64
	Text                                  string
	Incident                              int
	Delivery                              int64
	Purpose                               string
	Deleted                               bool
	Edited                                int64
}

const messageColumns = `platform, channel, id, thread, author, staff, at, text, incident, delivery, purpose, deleted, edited`

func (r *messageRow) said() *bot.Said {
	return &bot.Said{
		Platform: r.Platform, Channel: r.Channel, ID: r.ID, Thread: r.Thread, Author: r.Author, Staff: r.Staff,
		At: instant(r.At), Text: r.Text, Incident: r.Incident, Delivery: r.Delivery, Purpose: r.Purpose, Deleted: r.Deleted,
		EditedAt: instant(r.Edited),
	}
}

// SaveMessage implements bot.MessageTx.
func (t *tx) SaveMessage(ctx context.Context, m bot.Said) error {
	return t.later(ctx, statement{
		query: `INSERT INTO messages (` + messageColumns + `)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
			ON CONFLICT (platform, channel, id) DO UPDATE SET thread = excluded.thread, author = excluded.author,
				staff = excluded.staff, at = excluded.at, text = excluded.text, incident = excluded.incident,
				delivery = excluded.delivery, purpose = excluded.purpose, deleted = excluded.deleted, edited = excluded.edited`,
		args: []any{
			m.Platform, m.Channel, m.ID, m.Thread, m.Author, bit(m.Staff), micros(m.At), m.Text,
			m.Incident, m.Delivery, m.Purpose, bit(m.Deleted), micros(m.EditedAt),
		},
		what: "save message " + m.ID,
	})
}

// MessageAt implements bot.MessageTx.
func (t *tx) MessageAt(ctx context.Context, platform, channel, id string) (*bot.Said, error) {
	var r messageRow
	err := t.get(ctx, &r, `SELECT `+messageColumns+` FROM messages
		WHERE platform = ? AND channel = ? AND id = ?`, platform, channel, id)
	if err != nil {
		return nil, doing(err, "read message %s", id)
	}
	return r.said(), nil
}

// LastIncidentMessageBy implements bot.MessageTx.
func (t *tx) LastIncidentMessageBy(ctx context.Context, platform, channel, author string, since time.Time) (*bot.Said, error) {
	var r messageRow
	err := t.get(ctx, &r, `SELECT `+messageColumns+` FROM messages
		WHERE platform = ? AND channel = ? AND author = ? AND incident > 0 AND at >= ?
		ORDER BY at DESC, id DESC LIMIT 1`, platform, channel, author, micros(since))
	if err != nil {
		return nil, doing(err, "read the last message of %s", author)
	}
	return r.said(), nil
}
