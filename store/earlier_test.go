package store_test

import (
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"sereno/bot"
	"sereno/bot/incident"
	"sereno/bot/kb"
	"sereno/bot/sla"
	"sereno/internal/pgtest"
	"sereno/store"
)

// Documents that earlier versions wrote are read as what they mean now.
func TestVerdictsWithAnEmptyExcuseAreReadAsWithoutOne(t *testing.T) {
	body, err := os.ReadFile("testdata/incident_with_empty_excuses.json")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(body), `"Excuse":{"Name":""`) {
		t.Fatal("the document is not of the earlier form")
	}
	at := func(h, m int) time.Time { return time.Date(2026, 11, 25, h, m, 0, 0, time.UTC) }
	want := []incident.Verdict{
		{Facts: "2:bf342994b0d0711c", Clock: sla.Clock{
			Name: sla.FirstResponse, Cycle: 1, Target: time.Hour, Started: at(13, 0), Origin: at(13, 0), Due: at(14, 0),
			Elapsed: 61 * time.Minute, State: sla.Breached, Stopped: at(14, 1), Shares: []float64{0.75},
		}},
		{Facts: "3:b12f5ae08b30ecbc", Clock: sla.Clock{
			Name: sla.Resolution, Cycle: 1, Target: 8 * time.Hour, Started: at(13, 0), Origin: at(13, 0), Due: at(21, 0),
			Elapsed: 62 * time.Minute, State: sla.Met, Stopped: at(14, 2), Shares: []float64{0.75},
		}},
	}
	for name, dsn := range map[string]string{"sqlite": "sqlite::memory:", "postgres": pgtest.DSN(t)} {
		t.Run(name, func(t *testing.T) {
			s := open(t, dsn)
			err := s.Update(t.Context(), func(tx bot.Tx) error { return tx.AddIncident(t.Context(), &incident.Incident{Customer: "acme"}) })
			if err != nil {
				t.Fatal(err)
			}
			store.Exec(t, s, `UPDATE incidents SET body = '`+strings.TrimSpace(string(body))+`' WHERE number = 1`)
			err = s.View(t.Context(), func(tx bot.Tx) error {
				one, err := tx.Incident(t.Context(), 1)
				if err != nil {
					return err
				}
				list, err := tx.Incidents(t.Context(), bot.IncidentQuery{})
				if err != nil {
					return err
				}
				for _, got := range append(list, one) {
					if diff := cmp.Diff(want, got.Verdicts); diff != "" {
						t.Errorf("verdicts (-want +got):\n%s", diff)
					}
				}
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
		})
	}
}

func TestArticlesThatWereThereBeforeAreUpForReviewAndUnread(t *testing.T) {
	noon := time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)
	for name, dsn := range map[string]string{"sqlite": "sqlite::memory:", "postgres": pgtest.DSN(t)} {
		t.Run(name, func(t *testing.T) {
			s := open(t, dsn)
			err := s.Update(t.Context(), func(tx bot.Tx) error {
				day := noon.Truncate(24 * time.Hour)
				for id, r := range map[string]kb.Record{
					"asked": {ReviewBy: day.AddDate(1, 0, 0), Asked: &kb.Evidence{At: noon}},
					"later": {ReviewBy: day.AddDate(0, 0, 1), Last: &kb.Step{ReviewBy: day, Asked: &kb.Evidence{At: noon}}},
					"never": {},
					"today": {ReviewBy: day, Last: &kb.Step{ReviewBy: day.AddDate(1, 0, 0)}},
				} {
					r.ID, r.State, r.Public, r.Latest = id, kb.Published, 1, 1
					v := kb.Version{Article: id, N: 1, Content: kb.Article{MustRead: id == "never", Text: `He said "MustRead":true, and "Asked":{"At":1}.`}}
					if err := errors.Join(tx.SaveArticle(t.Context(), &r), tx.AddVersion(t.Context(), v)); err != nil {
						return err
					}
				}
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
			store.Exec(t, s, `UPDATE articles SET due = NULL`)
			store.Exec(t, s, `UPDATE article_versions SET must_read = 0`)
			store.FillAgain(t, s, "0012_due.sql")
			for want, q := range map[string]bot.ArticleQuery{"asked today": {DueBy: noon}, "never": {UnreadBy: "ana"}} {
				err := s.View(t.Context(), func(tx bot.Tx) error {
					found, err := tx.Articles(t.Context(), q)
					var ids []string
					for _, r := range found {
						ids = append(ids, r.ID)
					}
					if got := strings.Join(ids, " "); got != want {
						t.Errorf("%+v lists %q, want %q", q, got, want)
					}
					return err
				})
				if err != nil {
					t.Fatal(err)
				}
			}
		})
	}
}
