package storetest

import (
	"context"
	"reflect"
	"time"

	"sereno/bot"
)

// attached is a file of the first incident whose content is kept.
func attached(message, hash string) bot.KeptFile {
	return bot.KeptFile{
		Incident: 1, Platform: "t", Channel: "c", Message: message, At: noon, State: bot.FileKept,
		Attachment: bot.Attachment{Name: "screen.png", Hash: hash},
	}
}

// add stores a file and gives it its ID.
func (s *suite) add(f bot.KeptFile) bot.KeptFile {
	s.Helper()
	s.update(func(ctx context.Context, tx bot.Tx) error { return tx.AddFile(ctx, &f) })
	return f
}

func (s *suite) erase(f bot.KeptFile) {
	s.Helper()
	f.State = bot.FileErased
	s.saveFile(f)
}

func (s *suite) saveFile(f bot.KeptFile) {
	s.Helper()
	s.update(func(ctx context.Context, tx bot.Tx) error { return tx.SaveFile(ctx, f) })
}

var files = []promise{
	{"a file is read back whole, when it is new and when it has changed", func(s *suite) {
		s.open(report("acme", noon))
		var f bot.KeptFile
		full(reflect.ValueOf(&f), 1)
		f.ID, f.Incident, f.State = 0, 1, bot.FileAwaited
		f = s.add(f)
		if f.ID == 0 {
			s.Fatal("the file got no ID")
		}
		check := func() {
			s.view(func(ctx context.Context, tx bot.Tx) error {
				got, err := tx.FileAt(ctx, f.ID)
				s.ok(err)
				s.equal(*got, f)
				of, err := tx.FilesOf(ctx, 1)
				s.ok(err)
				s.equal(of, []bot.KeptFile{f})
				with, err := tx.FilesWith(ctx, f.Platform, f.Channel, f.Message)
				s.ok(err)
				s.equal(with, []bot.KeptFile{f})
				return nil
			})
		}
		check()
		id := f.ID
		full(reflect.ValueOf(&f), 500)
		f.ID, f.Incident, f.State = id, 1, bot.FileLost
		s.saveFile(f)
		check()
	}},
	{"files are listed in the order in which they were attached", func(s *suite) {
		s.open(report("acme", noon), report("acme", noon))
		at := func(incident int, message string, d time.Duration) int64 {
			return s.add(bot.KeptFile{
				Incident: incident, Platform: "t", Channel: "c", Message: message, At: after(d), State: bot.FileAwaited,
			}).ID
		}
		late, early, same := at(1, "m1", time.Hour), at(1, "m1", 0), at(1, "m2", 0)
		other, typed := at(2, "m1", time.Minute), at(2, "", time.Minute)
		s.view(func(ctx context.Context, tx bot.Tx) error {
			list := func(fs []bot.KeptFile, err error) func(want ...int64) {
				var got []int64
				for _, f := range fs {
					got = append(got, f.ID)
				}
				return func(want ...int64) { s.Helper(); s.ok(err); s.equal(got, want) }
			}
			list(tx.FilesOf(ctx, 1))(early, same, late)
			list(tx.FilesOf(ctx, 2))(other, typed)
			list(tx.FilesOf(ctx, 3))()
			list(tx.FilesWith(ctx, "t", "c", "m1"))(early, other, late)
			list(tx.FilesWith(ctx, "t", "d", "m1"))()
			list(tx.FilesWith(ctx, "t", "c", ""))()
			return nil
		})
	}},
	{"a file that is not there is not found, nor one whose content is not there", func(s *suite) {
		s.open(report("acme", noon))
		s.fails(s.View(s.Context(), func(tx bot.Tx) error {
			_, err := tx.FileAt(s.Context(), 1)
			return err
		}), bot.ErrNotFound)
		save := func(f bot.KeptFile) error {
			return s.Update(s.Context(), func(tx bot.Tx) error { return tx.SaveFile(s.Context(), f) })
		}
		s.fails(save(bot.KeptFile{ID: 1, Incident: 1}), bot.ErrNotFound)
		f := attached("m1", "")
		f.State = bot.FileAwaited
		f = s.add(f)
		f.State, f.Attachment.Hash = bot.FileKept, hashOf("never put")
		s.fails(save(f), bot.ErrNotFound)
		s.fails(s.Update(s.Context(), func(tx bot.Tx) error { return tx.AddFile(s.Context(), &f) }), bot.ErrNotFound)
	}},
	{"erasing a file drops its content, and one that another file names stays", func(s *suite) {
		s.open(report("acme", noon))
		hash := s.put("a password")
		first, second := s.add(attached("m1", hash)), s.add(attached("m2", hash))
		s.erase(first)
		s.equal(s.content(hash), "a password")
		s.erase(second)
		s.gone(hash)
		s.view(func(ctx context.Context, tx bot.Tx) error {
			f, err := tx.FileAt(ctx, second.ID)
			s.ok(err)
			s.equal(f.State, bot.FileErased)
			return nil
		})
		s.equal(s.put("a password"), hash)
		s.equal(s.content(hash), "a password")
	}},
	{"a file that is given another content lets the former go", func(s *suite) {
		s.open(report("acme", noon))
		before, now := s.put("before"), s.put("now")
		f := s.add(attached("m1", before))
		f.Attachment.Name = "another name"
		s.saveFile(f)
		s.equal(s.content(before), "before")
		f.Attachment.Hash = now
		s.saveFile(f)
		s.gone(before)
		s.equal(s.content(now), "now")
	}},
	{"an erasure that is rolled back keeps the content", func(s *suite) {
		s.open(report("acme", noon))
		hash := s.put("kept")
		f := s.add(attached("m1", hash))
		f.State = bot.FileErased
		s.fails(s.Update(s.Context(), func(tx bot.Tx) error {
			s.ok(tx.SaveFile(s.Context(), f))
			return errMine
		}), errMine)
		s.equal(s.content(hash), "kept")
	}},
	{"content that was put for a second file stays when the first is erased before that comes", func(s *suite) {
		s.open(report("acme", noon))
		hash := s.put("twice")
		f := s.add(attached("m1", hash))
		s.equal(s.put("twice"), hash)
		s.erase(f)
		second := s.add(attached("m2", hash))
		s.equal(s.content(hash), "twice")
		s.erase(second)
		s.gone(hash)
	}},
	{"one who names a content and one who erases it never leave a name without a content", func(s *suite) {
		s.open(report("acme", noon))
		for range 20 {
			hash := s.put("contended")
			f := s.add(attached("m1", hash))
			var named bot.KeptFile
			beside(2, func(i int) {
				if i == 0 {
					s.erase(f)
					return
				}
				g := attached("m2", hash)
				err := s.Update(s.Context(), func(tx bot.Tx) error { return tx.AddFile(s.Context(), &g) })
				if err == nil {
					named = g
				} else {
					s.fails(err, bot.ErrNotFound)
				}
			})
			if named.ID != 0 {
				s.equal(s.content(hash), "contended")
				s.erase(named)
			}
			s.gone(hash)
		}
	}},
}
