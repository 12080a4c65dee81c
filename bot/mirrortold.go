package bot

import (
	"context"
	"fmt"
	"slices"

	"sereno/bot/company"
	"sereno/bot/kb"
	"sereno/bot/text"
)

// toldAtOnce bounds how many mistakes one message lists.
const toldAtOnce = 10

// ReportSource tells those who look after the articles what is wrong with a source,
// each mistake once, whichever process finds it and however often: until it is put
// right. The quality channel hears of it, or where there is none the first team
// that answers for the products.
func (b *Bot) ReportSource(ctx context.Context, source string, products []string, wrong kb.Mistakes) error {
	now := b.Clock.Now()
	lines := make([]string, len(wrong))
	for i, m := range wrong {
		lines[i] = m.Error()
	}
	said := false
	err := b.Store.Update(ctx, func(tx Tx) error {
		said = false
		told, err := tx.SourceTold(ctx, source)
		if err != nil || slices.Equal(told, lines) {
			return err
		}
		var fresh kb.Mistakes
		for i, m := range wrong {
			if !slices.Contains(told, lines[i]) {
				fresh = append(fresh, m)
			}
		}
		if err := tx.SaveSourceTold(ctx, source, lines); err != nil || len(fresh) == 0 {
			return err
		}
		said = true
		d := b.desk(ctx, tx, nil, now)
		if err := d.tellOfSource(source, products, fresh); err != nil {
			return err
		}
		return d.finish()
	})
	if err != nil {
		return fmt.Errorf("tell what is wrong with %s: %w", source, err)
	}
	if said {
		b.raiseAll()
	}
	return nil
}

func (d *Desk) tellOfSource(source string, products []string, wrong kb.Mistakes) error {
	write := func(lang company.Lang) Message { return sourceMessage(lang, source, wrong) }
	told, err := d.tellQuality(write)
	if told || err != nil {
		return err
	}
	for _, t := range d.company.Teams {
		if t.Supports(products) {
			return d.tellChannel(t, write(t.Language))
		}
	}
	return nil
}

func sourceMessage(lang company.Lang, source string, wrong kb.Mistakes) Message {
	m := Message{Tone: Warning, Title: text.T(lang, "source.wrong", "source", source), Text: text.T(lang, "source.stands")}
	for _, x := range wrong[:min(len(wrong), toldAtOnce)] {
		m.Items = append(m.Items, Item{Title: x.Place(), Body: shorten(x.In(lang), maxEcho)})
	}
	if more := len(wrong) - len(m.Items); more > 0 {
		m.Footer = text.T(lang, "source.more", "n", more)
	}
	return m
}
