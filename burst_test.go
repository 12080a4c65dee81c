package main_test

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"sereno/bot"
	"sereno/internal/pgtest"
	"sereno/store"
)

// listener is a platform that can edit, and hears each delivery.
type listener struct {
	pager
	mu     sync.Mutex
	newest map[string]string // title, by the key of the message
	heard  chan struct{}
}

func (l *listener) Features() bot.Features { return bot.Features{Edits: true} }

func (l *listener) Deliver(_ context.Context, d *bot.Delivery) (bot.Receipt, error) {
	key := d.Key
	if d.Kind == bot.Update {
		key = d.Target.Message
	}
	l.mu.Lock()
	l.newest[key] = d.Message.Title
	l.mu.Unlock()
	select {
	case l.heard <- struct{}{}:
	default:
	}
	return bot.Receipt{Channel: d.Channel, Message: key}, nil
}

// More timers than one transaction handles fall due at once, and several transactions
// put their incidents into one person's page.
func TestABurstPagesForEachIncidentOnceAndListsAll(t *testing.T) {
	for name, dsn := range map[string]func() string{
		"SQLite":     func() string { return filepath.Join(t.TempDir(), "s.db") },
		"PostgreSQL": func() string { return pgtest.DSN(t) },
	} {
		t.Run(name, func(t *testing.T) {
			s, err := store.Open(t.Context(), dsn())
			if err != nil {
				t.Fatal(err)
			}
			defer s.Close()
			const n = 150 // of one team
			due := kept(time.Now())
			err = s.Update(t.Context(), func(tx bot.Tx) error {
				for i := range n {
					if err := openForTimer(t.Context(), tx, i*pagedTeams, due); err != nil {
						return err
					}
				}
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
			c := pagedCompany(t).Company
			c.Paging.GroupWithin = 5 * time.Minute
			l := &listener{newest: map[string]string{}, heard: make(chan struct{}, 1)}
			stop := serving(t, s, c, l, nil)
			defer stop()
			for !l.toldAll(t, s, n) {
				<-l.heard
			}
		})
	}
}

// toldAll reports whether each incident has its page, and every list says how
// many it is about.
func (l *listener) toldAll(t *testing.T, s bot.Store, n int) bool {
	t.Helper()
	total, listed := 0, true
	err := s.View(t.Context(), func(tx bot.Tx) error {
		for i := range n {
			pages, err := tx.PagesOf(t.Context(), i+1)
			if err != nil {
				return err
			}
			if len(pages) > 1 {
				t.Fatalf("incident %d has %d pages: %+v", i+1, len(pages), pages)
			}
			total += len(pages)
			if len(pages) == 0 || pages[0].Group != 0 {
				continue
			}
			in, err := tx.PagesIn(t.Context(), pages[0].ID, 0)
			if err != nil {
				return err
			}
			d, err := tx.DeliveryAt(t.Context(), pages[0].Delivery)
			if err != nil {
				return err
			}
			l.mu.Lock()
			title := l.newest[d.Key]
			l.mu.Unlock()
			listed = listed && (len(in) == 0 || strings.Contains(title, fmt.Sprint(len(in)+1)))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return total == n && listed
}
