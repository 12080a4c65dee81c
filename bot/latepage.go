package bot

import (
	"context"
	"time"
)

// asItIsNow makes a page that goes out late say what is true now: it may have
// been answered meanwhile, and calls nobody then.
func (b *Bot) asItIsNow(ctx context.Context, out *Delivery) error {
	now := b.Clock.Now()
	if out.Kind != Page || out.Attempt <= 1 && now.Sub(out.At) < late {
		return nil
	}
	return b.Store.View(ctx, func(tx Tx) error {
		d := b.desk(ctx, tx, nil, now)
		m, err := d.pageNow(out)
		if err != nil {
			return err
		}
		if len(m.Buttons) > 0 && m.Tone != Good {
			m.Mentions, m.Groups = out.Message.Mentions, out.Message.Groups
		}
		out.Message = m
		return nil
	})
}

// late is how long a page may have waited before its words are looked at again.
const late = 15 * time.Second
