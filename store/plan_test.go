package store_test

import (
	"context"
	"maps"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"sereno/bot"
	"sereno/bot/incident"
	"sereno/internal/pgtest"
	"sereno/store"
)

// hot are the operations that must not grow with what is stored.
var hot = map[string]func(ctx context.Context, tx bot.Tx) error{
	"NextEvent":  func(ctx context.Context, tx bot.Tx) error { _, err := tx.NextEvent(ctx, noon); return err },
	"EventDone":  func(ctx context.Context, tx bot.Tx) error { return tx.EventDone(ctx, 1, noon) },
	"TakeTimers": func(ctx context.Context, tx bot.Tx) error { _, err := tx.TakeTimers(ctx, noon, 64); return err },
	"ClaimDeliveries": func(ctx context.Context, tx bot.Tx) error {
		_, err := tx.ClaimDeliveries(ctx, noon, "h", time.Minute, 16)
		return err
	},
	"ClaimDeliveries of others": func(ctx context.Context, tx bot.Tx) error {
		_, err := tx.ClaimDeliveries(ctx, noon, "h", time.Minute, 16, "s", "d")
		return err
	},
	"DeliveryAt": func(ctx context.Context, tx bot.Tx) error { _, err := tx.DeliveryAt(ctx, 1); return err },
	"Enqueue an update": func(ctx context.Context, tx bot.Tx) error {
		return tx.Enqueue(ctx, &bot.Delivery{Key: "u", Kind: bot.Update, Platform: "t", Channel: "c", Target: bot.Ref{Delivery: 1}})
	},
	"DeliveriesSent": func(ctx context.Context, tx bot.Tx) error {
		return tx.DeliveriesSent(ctx, bot.Sent{Delivery: 1, Receipt: bot.Receipt{Message: "m"}, At: noon})
	},
	"NextWake":       func(ctx context.Context, tx bot.Tx) error { _, _, err := tx.NextWake(ctx, noon); return err },
	"Unsettled":      func(ctx context.Context, tx bot.Tx) error { _, err := tx.Unsettled(ctx, "t", "c"); return err },
	"DeadDeliveries": func(ctx context.Context, tx bot.Tx) error { _, err := tx.DeadDeliveries(ctx, noon, 5); return err },
	"ForgetEvents":   func(ctx context.Context, tx bot.Tx) error { _, err := tx.ForgetEvents(ctx, noon); return err },
	"MessageAt":      func(ctx context.Context, tx bot.Tx) error { _, err := tx.MessageAt(ctx, "t", "c", "m"); return err },
	"LastIncidentMessageBy": func(ctx context.Context, tx bot.Tx) error {
		_, err := tx.LastIncidentMessageBy(ctx, "t", "c", "maria", noon)
		return err
	},
	"LastMessage":  func(ctx context.Context, tx bot.Tx) error { _, err := tx.LastMessage(ctx, "t", "c", ""); return err },
	"OpenThreads":  func(ctx context.Context, tx bot.Tx) error { _, err := tx.OpenThreads(ctx, "t", "c"); return err },
	"History":      func(ctx context.Context, tx bot.Tx) error { _, err := tx.History(ctx, 1); return err },
	"RCAOf":        func(ctx context.Context, tx bot.Tx) error { _, err := tx.RCAOf(ctx, 1); return err },
	"CancelTimers": func(ctx context.Context, tx bot.Tx) error { return tx.CancelTimers(ctx, 1, "a", "b") },
	"Incidents of an owner": func(ctx context.Context, tx bot.Tx) error {
		_, err := tx.Incidents(ctx, bot.IncidentQuery{Owner: "ana"})
		return err
	},
	"TimersOf": func(ctx context.Context, tx bot.Tx) error {
		_, err := tx.TimersOf(ctx, bot.IncidentQuery{OpenOnly: true, Limit: 10})
		return err
	},
	"Histories": func(ctx context.Context, tx bot.Tx) error {
		_, err := tx.Histories(ctx, bot.IncidentQuery{OpenOnly: true, Limit: 10})
		return err
	},
	"Incidents of a watch": func(ctx context.Context, tx bot.Tx) error {
		_, err := tx.Incidents(ctx, bot.IncidentQuery{Pending: true})
		return err
	},
}

// hotBridge are such operations on what connects platforms.
var hotBridge = map[string]func(ctx context.Context, tx bot.Tx) error{
	"ContactAt": func(ctx context.Context, tx bot.Tx) error { _, err := tx.ContactAt(ctx, "t", "u"); return err },
	"CopiesOf":  func(ctx context.Context, tx bot.Tx) error { _, err := tx.CopiesOf(ctx, "t", "c", "m"); return err },
	"CopyBy":    func(ctx context.Context, tx bot.Tx) error { _, err := tx.CopyBy(ctx, 1); return err },
	"FileAt":    func(ctx context.Context, tx bot.Tx) error { _, err := tx.FileAt(ctx, 1); return err },
	"FilesOf":   func(ctx context.Context, tx bot.Tx) error { _, err := tx.FilesOf(ctx, 1); return err },
	"FilesWith": func(ctx context.Context, tx bot.Tx) error { _, err := tx.FilesWith(ctx, "t", "c", "m"); return err },
	"ExchangeAt": func(ctx context.Context, tx bot.Tx) error {
		_, err := tx.ExchangeAt(ctx, "t", "c", "", "u")
		return err
	},
	"EndExchange": func(ctx context.Context, tx bot.Tx) error { return tx.EndExchange(ctx, "t", "c", "", "u") },
	"SaveFile": func(ctx context.Context, tx bot.Tx) error {
		i := &incident.Incident{}
		if err := tx.AddIncident(ctx, i); err != nil {
			return err
		}
		f := bot.KeptFile{Incident: i.Number, State: bot.FileKept, Attachment: bot.Attachment{Hash: hashOf("kept")}}
		if err := tx.AddFile(ctx, &f); err != nil {
			return err
		}
		f.State = bot.FileErased
		return tx.SaveFile(ctx, f)
	},
	"PutFile":     store.HoldAgain,
	"OpenFile":    store.FindContent,
	"ForgetFiles": store.ForgetSome,
}

// hotPaging are such operations on pages and the roster.
var hotPaging = map[string]func(ctx context.Context, tx bot.Tx) error{
	"PageAt":       func(ctx context.Context, tx bot.Tx) error { _, err := tx.PageAt(ctx, 1); return err },
	"PageBy":       func(ctx context.Context, tx bot.Tx) error { _, err := tx.PageBy(ctx, 1); return err },
	"PagesFor":     func(ctx context.Context, tx bot.Tx) error { _, err := tx.PagesFor(ctx, 1, 2); return err },
	"PagesIn":      func(ctx context.Context, tx bot.Tx) error { _, err := tx.PagesIn(ctx, 1, 3); return err },
	"PagesOf":      func(ctx context.Context, tx bot.Tx) error { _, err := tx.PagesOf(ctx, 1); return err },
	"PagesBetween": func(ctx context.Context, tx bot.Tx) error { _, err := tx.PagesBetween(ctx, noon, noon); return err },
	"OpenPage":     func(ctx context.Context, tx bot.Tx) error { _, err := tx.OpenPage(ctx, "luis", noon); return err },
	"Overrides":    func(ctx context.Context, tx bot.Tx) error { _, err := tx.Overrides(ctx, noon, noon); return err },
	"Absences":     func(ctx context.Context, tx bot.Tx) error { _, err := tx.Absences(ctx, noon, noon); return err },
	"SwapAt":       func(ctx context.Context, tx bot.Tx) error { _, err := tx.SwapAt(ctx, 1); return err },
	"TellOnCall": func(ctx context.Context, tx bot.Tx) error {
		_, err := tx.TellOnCall(ctx, bot.Told{Schedule: "s", Person: "luis", Since: noon})
		return err
	},
	"Feed":      func(ctx context.Context, tx bot.Tx) error { _, err := tx.Feed(ctx, "luis"); return err },
	"FeedOwner": func(ctx context.Context, tx bot.Tx) error { _, err := tx.FeedOwner(ctx, "x"); return err },
}

// hotKnowledge are such operations on the knowledge base.
var hotKnowledge = map[string]func(ctx context.Context, tx bot.Tx) error{
	"Article":         func(ctx context.Context, tx bot.Tx) error { _, err := tx.Article(ctx, "a"); return err },
	"ArticlesSince":   func(ctx context.Context, tx bot.Tx) error { _, _, err := tx.ArticlesSince(ctx, 1); return err },
	"ArticleVersion":  func(ctx context.Context, tx bot.Tx) error { _, err := tx.ArticleVersion(ctx, "a", 1); return err },
	"ArticleVersions": func(ctx context.Context, tx bot.Tx) error { _, err := tx.ArticleVersions(ctx, "a"); return err },
	"Articles that translate": func(ctx context.Context, tx bot.Tx) error {
		_, err := tx.Articles(ctx, bot.ArticleQuery{Translates: "a"})
		return err
	},
	"Articles of a source": func(ctx context.Context, tx bot.Tx) error {
		_, err := tx.Articles(ctx, bot.ArticleQuery{Source: "a"})
		return err
	},
	"Articles up for review": func(ctx context.Context, tx bot.Tx) error {
		_, err := tx.Articles(ctx, bot.ArticleQuery{DueBy: noon})
		return err
	},
	"Articles that somebody has not read": func(ctx context.Context, tx bot.Tx) error {
		_, err := tx.Articles(ctx, bot.ArticleQuery{UnreadBy: "ana"})
		return err
	},
	"ArticleReads":  func(ctx context.Context, tx bot.Tx) error { _, err := tx.ArticleReads(ctx, "a"); return err },
	"MarkSolved":    func(ctx context.Context, tx bot.Tx) error { return tx.MarkSolved(ctx, 1) },
	"SolvedSince":   func(ctx context.Context, tx bot.Tx) error { _, _, err := tx.SolvedSince(ctx, 1, 5); return err },
	"SolvedBefore":  func(ctx context.Context, tx bot.Tx) error { _, err := tx.SolvedBefore(ctx, 0, 5); return err },
	"SearchesOf":    func(ctx context.Context, tx bot.Tx) error { _, err := tx.SearchesOf(ctx, 1); return err },
	"Gap":           func(ctx context.Context, tx bot.Tx) error { _, err := tx.Gap(ctx, 1); return err },
	"AddGap":        func(ctx context.Context, tx bot.Tx) error { return tx.AddGap(ctx, &bot.KBGap{}) },
	"DismissedGaps": func(ctx context.Context, tx bot.Tx) error { _, err := tx.DismissedGaps(ctx, noon); return err },
	"FeedbackSince": func(ctx context.Context, tx bot.Tx) error { _, _, err := tx.FeedbackSince(ctx, 1); return err },
	"FeedbackOf":    func(ctx context.Context, tx bot.Tx) error { _, err := tx.FeedbackOf(ctx, "a"); return err },
	"TakeJobs": func(ctx context.Context, tx bot.Tx) error {
		_, err := tx.TakeJobs(ctx, noon, time.Minute, 4)
		return err
	},
	"AddJob":       func(ctx context.Context, tx bot.Tx) error { return tx.AddJob(ctx, &bot.Job{Kind: "k", Subject: "s"}) },
	"Spent":        func(ctx context.Context, tx bot.Tx) error { _, err := tx.Spent(ctx, "acme", noon, noon); return err },
	"Spent by all": func(ctx context.Context, tx bot.Tx) error { _, err := tx.Spent(ctx, "", noon, noon); return err },
}

func allHot() map[string]func(ctx context.Context, tx bot.Tx) error {
	all := maps.Clone(hot)
	for _, more := range []map[string]func(ctx context.Context, tx bot.Tx) error{hotBridge, hotPaging, hotKnowledge} {
		maps.Copy(all, more)
	}
	return all
}

// SQLite's plan says SCAN for reading a table or index from end to end, and
// SEARCH without an index where it does so for a least value. What may be
// scanned: the few events that wait, and the few versions that must be read (indexes of
// nothing else), results that a query has just made, and the arguments of a statement.
func TestHotQueriesScanNothingThatGrows(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "s.db"))
	if _, _, err := s.PutFile(t.Context(), strings.NewReader("kept"), 10); err != nil {
		t.Fatal(err)
	}
	made := map[string]bool{"p": true, "c": true, "head": true, "wakes": true, "turn": true, "json_each": true, "CONSTANT": true}
	for name, op := range allHot() {
		t.Run(name, func(t *testing.T) {
			for _, query := range store.Queries(t, s, op) {
				for _, step := range store.Plan(t, s, query) {
					words := append(strings.Fields(step), "")
					switch {
					case strings.HasSuffix(step, "USING INDEX events_waiting"), strings.HasSuffix(step, "USING COVERING INDEX article_versions_must_read"):
					case made[words[1]]:
					case words[0] == "SCAN", words[0] == "SEARCH" && !strings.Contains(step, " USING "):
						t.Errorf("%s\nin %s", step, query.Text)
					}
				}
			}
		})
	}
}

// fillAll gives every table that grows many rows, of which each is settled, closed or
// sent, and tells the planner of them. The text of a document is an empty one.
const fillAll = `DO $$
DECLARE grows text; columns text; rows text;
BEGIN
	FOREACH grows IN ARRAY ARRAY['events', 'deliveries', 'incidents', 'entries', 'timers', 'pages', 'kb_searches'] LOOP
		SELECT string_agg(quote_ident(column_name), ', ' ORDER BY ordinal_position),
			string_agg(CASE
				WHEN column_name = 'body' THEN quote_literal('{}')
				WHEN column_name = 'doubtful' THEN '0'
				WHEN data_type = 'text' THEN quote_literal('x') || '|| i'
				WHEN data_type = 'smallint' THEN '2'
				ELSE 'i' END, ', ' ORDER BY ordinal_position)
			INTO columns, rows
			FROM information_schema.columns
			WHERE table_schema = current_schema() AND table_name = grows
				AND is_identity = 'NO' AND COALESCE(column_default, '') NOT LIKE 'nextval%';
		EXECUTE 'INSERT INTO ' || grows || ' (' || columns || ') SELECT ' || rows || ' FROM generate_series(1, 20000) i';
	END LOOP;
	UPDATE counters SET value = 20000 WHERE name = 'incident';
END $$`

// A query is planned anew where there is much of everything: what a planner takes
// for few decides whether it looks them up or reads a whole table for them.
func TestHotQueriesScanNothingThatGrowsOnPostgreSQL(t *testing.T) {
	s := open(t, pgtest.DSN(t))
	store.Exec(t, s, fillAll)
	store.Exec(t, s, "ANALYZE")
	if _, _, err := s.PutFile(t.Context(), strings.NewReader("kept"), 10); err != nil {
		t.Fatal(err)
	}
	grows := regexp.MustCompile(`Seq Scan on (events|deliveries|incidents|entries|timers|pages|kb_searches)\b`)
	for name, op := range allHot() {
		t.Run(name, func(t *testing.T) {
			for _, query := range store.Queries(t, s, op) {
				if steps := strings.Join(store.PlanPostgres(t, s, query), "\n"); grows.MatchString(steps) {
					t.Errorf("%s\nin %s", steps, query.Text)
				}
			}
		})
	}
}

func TestASchemaFromTheFutureIsLeftAlone(t *testing.T) {
	for name, dsn := range map[string]string{
		"sqlite":   filepath.Join(t.TempDir(), "s.db"),
		"postgres": pgtest.DSN(t),
	} {
		t.Run(name, func(t *testing.T) {
			s := open(t, dsn)
			store.Exec(t, s, `INSERT INTO schema_migrations (version, applied) VALUES (999, 0)`)
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			_, err := store.Open(t.Context(), dsn)
			if err == nil || !strings.Contains(err.Error(), "schema version 999") {
				t.Errorf("got %v", err)
			}
		})
	}
}
