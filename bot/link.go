package bot

import (
	"context"
	"errors"
	"slices"
	"time"

	"sereno/bot/company"
	"sereno/bot/incident"
	"sereno/bot/text"
)

// SecretTx keeps what proves that something comes back that we gave out.
type SecretTx interface {
	// Secret is the service's secret of that name: 26 letters and digits, made when it
	// is first asked for, which takes an Update, and the same for ever after.
	Secret(ctx context.Context, name string) (string, error)
}

// LinkSecret is what the links in pages are signed with; all processes on a store
// have the same.
func LinkSecret(ctx context.Context, s Store) (secret string, err error) {
	err = s.Update(ctx, func(tx Tx) error {
		secret, err = tx.Secret(ctx, "links")
		return err
	})
	return secret, err
}

// linkButtons are those that a link stands for: what acknowledges a page, all of
// a storm, or a test. A message has one of them at most.
var linkButtons = []string{"ack", "ack_all", "received"}

// Ack is the button with which the message is acknowledged; nil when it has none.
func (m *Message) Ack() *Button {
	for i, b := range m.Buttons {
		if slices.Contains(linkButtons, b.ID) {
			return &m.Buttons[i]
		}
	}
	return nil
}

// Linked is a page as whoever follows its link sees it.
type Linked struct {
	// Delivery is the page as it went out; Now is what it would say at present.
	Delivery *Delivery
	Now      Message
	Lang     company.Lang
	// Settled says who acknowledged it, and when; "" while nobody has.
	Settled string
	// Over: there is nothing to acknowledge any more, whoever did.
	Over bool
}

// Linked finds the page that a link leads to. ErrNotFound.
func (b *Bot) Linked(ctx context.Context, delivery int64) (l Linked, err error) {
	err = b.Store.View(ctx, func(tx Tx) error {
		out, err := tx.DeliveryAt(ctx, delivery)
		if err != nil {
			return err
		}
		out.ID = delivery
		d := b.desk(ctx, tx, nil, b.Clock.Now())
		l = Linked{Delivery: out, Now: out.Message, Lang: d.company.Language}
		zone := d.company.Zone
		if p := d.company.PersonAt(out.Platform, out.User); p != nil {
			l.Lang, zone = p.Language, p.Zone
		}
		n, ok := incident.ParseID(out.Incident)
		if !ok {
			return l.ofNone(ctx, tx, zone, d.now)
		}
		inc, err := d.incident(n)
		if errors.Is(err, ErrNotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		if l.Now, err = d.pageNow(out); err != nil {
			return err
		}
		l.Over = !inc.Open() || !inc.Escalation.Unanswered()
		if by := inc.Escalation.AckedBy; by != "" {
			l.Settled = text.T(l.Lang, "page.acknowledged", "name", d.name(by), "when", text.When(l.Lang, inc.Escalation.AckedAt, zone, d.now))
		}
		return nil
	})
	return l, err
}

// pageNow is what the page says by now: what went one way cannot be edited where
// it was sent to. What is no page of its own stays as it was said.
func (d *Desk) pageNow(out *Delivery) (Message, error) {
	p, err := d.tx.PageBy(d.ctx, out.ID)
	if errors.Is(err, ErrNotFound) {
		return out.Message, nil
	}
	if err != nil {
		return Message{}, err
	}
	m, err := d.pageMessage(p)
	if errors.Is(err, ErrNotFound) { // what it was about was erased
		return out.Message, nil
	}
	return m, err
}

// ofNone is how a page stands that concerns no incident, which is a test.
func (l *Linked) ofNone(ctx context.Context, tx Tx, zone *time.Location, now time.Time) error {
	p, err := tx.PageBy(ctx, l.Delivery.ID)
	if errors.Is(err, ErrNotFound) || err == nil && p.Acted.IsZero() {
		return nil
	}
	if err == nil {
		l.Over, l.Settled = true, text.T(l.Lang, "link.confirmed", "when", text.When(l.Lang, p.Acted, zone, now))
	}
	return err
}
