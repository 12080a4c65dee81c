package store

import (
	"context"

	"sereno/bot"
)

// SaveContact implements bot.BridgeTx.
func (t *tx) SaveContact(ctx context.Context, c bot.Contact) error {
	body, err := document(c)
	if err == nil {
		_, err = t.exec(ctx, `INSERT INTO contacts (platform, id, body) VALUES (?, ?, ?)
			ON CONFLICT (platform, id) DO UPDATE SET body = excluded.body`, c.Platform, c.ID, body)
	}
	return doing(err, "save contact %s", c.ID)
}

// ContactAt implements bot.BridgeTx.
func (t *tx) ContactAt(ctx context.Context, platform, id string) (*bot.Contact, error) {
	var body string
	err := t.get(ctx, &body, `SELECT body FROM contacts WHERE platform = ? AND id = ?`, platform, id)
	if err != nil {
		return nil, doing(err, "read contact %s", id)
	}
	c := new(bot.Contact)
	return c, fromDocument(body, c)
}

type copyRow struct {
	Delivery                   int64
	Platform, Channel, Message string
	Incident                   int
	Author                     string
	Customer                   bool
	Notice                     int64
}

const copyColumns = `delivery, platform, channel, message, incident, author, customer, notice`

// AddCopy implements bot.BridgeTx.
func (t *tx) AddCopy(ctx context.Context, c bot.Copy) error {
	_, err := t.exec(ctx, `INSERT INTO copies (`+copyColumns+`) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (delivery) DO UPDATE SET platform = excluded.platform, channel = excluded.channel,
			message = excluded.message, incident = excluded.incident, author = excluded.author,
			customer = excluded.customer, notice = excluded.notice`,
		c.Delivery, c.Platform, c.Channel, c.Message, c.Incident, c.Author, bit(c.Customer), c.Notice)
	return doing(err, "link copy %d with its original", c.Delivery)
}

// CopiesOf implements bot.BridgeTx. Copies are as old as their deliveries.
func (t *tx) CopiesOf(ctx context.Context, platform, channel, message string) ([]bot.Copy, error) {
	var rows []copyRow
	err := t.list(ctx, &rows, `SELECT `+copyColumns+` FROM copies
		WHERE platform = ? AND channel = ? AND message = ? AND message <> '' ORDER BY delivery`, platform, channel, message)
	if err != nil {
		return nil, doing(err, "list the copies of %s", message)
	}
	out := make([]bot.Copy, len(rows))
	for i, r := range rows {
		out[i] = bot.Copy(r)
	}
	return out, nil
}

// CopyBy implements bot.BridgeTx.
func (t *tx) CopyBy(ctx context.Context, delivery int64) (*bot.Copy, error) {
	var r copyRow
	err := t.get(ctx, &r, `SELECT `+copyColumns+` FROM copies WHERE delivery = ?`, delivery)
	if err != nil {
		return nil, doing(err, "read copy %d", delivery)
	}
	c := bot.Copy(r)
	return &c, nil
}

// SaveExchange implements bot.BridgeTx.
func (t *tx) SaveExchange(ctx context.Context, x bot.Exchange) error {
	body, err := document(x)
	if err == nil {
		_, err = t.exec(ctx, `INSERT INTO exchanges (platform, channel, thread, person, body) VALUES (?, ?, ?, ?, ?)
			ON CONFLICT (platform, channel, thread, person) DO UPDATE SET body = excluded.body`,
			x.Platform, x.Channel, x.Thread, x.User, body)
	}
	return doing(err, "save the exchange with %s", x.User)
}

// ExchangeAt implements bot.BridgeTx.
func (t *tx) ExchangeAt(ctx context.Context, platform, channel, thread, user string) (*bot.Exchange, error) {
	var body string
	err := t.get(ctx, &body, `SELECT body FROM exchanges
		WHERE platform = ? AND channel = ? AND thread = ? AND person = ?`, platform, channel, thread, user)
	if err != nil {
		return nil, doing(err, "read the exchange with %s", user)
	}
	x := new(bot.Exchange)
	return x, fromDocument(body, x)
}

// EndExchange implements bot.BridgeTx.
func (t *tx) EndExchange(ctx context.Context, platform, channel, thread, user string) error {
	_, err := t.exec(ctx, `DELETE FROM exchanges
		WHERE platform = ? AND channel = ? AND thread = ? AND person = ?`, platform, channel, thread, user)
	return doing(err, "end the exchange with %s", user)
}
