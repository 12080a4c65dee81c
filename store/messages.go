package store

import (
	"context"
	"errors"
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
}

const messageColumns = `platform, channel, id, thread, author, staff, at, text, incident, delivery, purpose, deleted`

func (r *messageRow) said() *bot.Said {
	return &bot.Said{
		Platform: r.Platform, Channel: r.Channel, ID: r.ID, Thread: r.Thread, Author: r.Author, Staff: r.Staff,
		At: instant(r.At), Text: r.Text, Incident: r.Incident, Delivery: r.Delivery, Purpose: r.Purpose, Deleted: r.Deleted,
	}
}

// SaveMessage implements bot.MessageTx.
func (t *tx) SaveMessage(ctx context.Context, m bot.Said) error {
	_, err := t.exec(ctx, `INSERT INTO messages (`+messageColumns+`)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (platform, channel, id) DO UPDATE SET thread = excluded.thread, author = excluded.author,
			staff = excluded.staff, at = excluded.at, text = excluded.text, incident = excluded.incident,
			delivery = excluded.delivery, purpose = excluded.purpose, deleted = excluded.deleted`,
		m.Platform, m.Channel, m.ID, m.Thread, m.Author, bit(m.Staff), micros(m.At), m.Text,
		m.Incident, m.Delivery, m.Purpose, bit(m.Deleted))
	return doing(err, "save message %s", m.ID)
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

// lastMessageIn is the query for the newest message that was accepted in a
// thread, whether its event is still known or was forgotten. It wants platform
// and channel (and the thread, where that is a placeholder) twice.
func lastMessageIn(thread string) string {
	return `SELECT message FROM (
		SELECT at, message FROM (
			SELECT at, message FROM events WHERE kind = 'message' AND platform = ? AND channel = ? AND thread = ` + thread + `
			ORDER BY at DESC, message DESC LIMIT 1
		) AS newest
		UNION ALL
		SELECT at, message FROM cursors WHERE platform = ? AND channel = ? AND thread = ` + thread + `
	) AS known ORDER BY at DESC, message DESC LIMIT 1`
}

// LastMessage implements bot.MessageTx.
func (t *tx) LastMessage(ctx context.Context, platform, channel, thread string) (string, error) {
	var id string
	err := t.get(ctx, &id, lastMessageIn("?"), platform, channel, thread, platform, channel, thread)
	if errors.Is(err, bot.ErrNotFound) {
		return "", nil
	}
	return id, doing(err, "read the last message of %s", channel)
}

// OpenThreads implements bot.MessageTx: threads of incidents that are open or
// resolved (a customer may still say that it is not), and of analyses that run.
func (t *tx) OpenThreads(ctx context.Context, platform, channel string) ([]bot.ThreadCursor, error) {
	var out []bot.ThreadCursor
	err := t.list(ctx, &out, `SELECT root, COALESCE((`+lastMessageIn("threads.root")+`), '') AS last FROM (
			SELECT root FROM incidents WHERE heard = 1 AND platform = ? AND channel = ? AND root <> ''
			UNION
			SELECT d.receipt_message AS root FROM rcas r JOIN deliveries d ON d.id = r.root
			WHERE r.running = 1 AND r.platform = ? AND r.channel = ? AND d.receipt_message <> ''
		) AS threads ORDER BY root`,
		platform, channel, platform, channel, platform, channel, platform, channel)
	return out, doing(err, "list the threads of %s", channel)
}
