package store_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"sereno/bot"
	"sereno/bot/incident"
	"sereno/internal/pgtest"
	"sereno/store"
)

func hashOf(content string) string {
	sum := sha256.Sum256([]byte(content))
	return hex.EncodeToString(sum[:])
}

// onBoth runs a test on each database.
func onBoth(t *testing.T, test func(t *testing.T, s *store.Store)) {
	for name, dsn := range map[string]string{"sqlite": filepath.Join(t.TempDir(), "s.db"), "postgres": pgtest.DSN(t)} {
		t.Run(name, func(t *testing.T) { test(t, open(t, dsn)) })
	}
}

func put(t testing.TB, s bot.Store, content string) string {
	t.Helper()
	hash, _, err := s.PutFile(t.Context(), strings.NewReader(content), 1<<30)
	if err != nil {
		t.Fatal(err)
	}
	return hash
}

// counted checks how many contents and pieces there are.
func counted(t *testing.T, s *store.Store, contents, pieces int) {
	t.Helper()
	if c, p := store.Count(t, s, "contents"), store.Count(t, s, "pieces"); c != contents || p != pieces {
		t.Errorf("%d contents and %d pieces, want %d and %d", c, p, contents, pieces)
	}
}

var long = strings.Repeat("long ", 200_000) // four pieces

func TestTheSameContentIsKeptOnceAndNothingOfWhatFails(t *testing.T) {
	onBoth(t, func(t *testing.T, s *store.Store) {
		for range 3 {
			put(t, s, long)
		}
		counted(t, s, 1, 4)
		if _, _, err := s.PutFile(t.Context(), strings.NewReader("!"+long), int64(len(long))); !errors.Is(err, bot.ErrTooLarge) {
			t.Error(err)
		}
		counted(t, s, 1, 4)
		if n, err := s.ForgetFiles(t.Context(), -time.Minute); n != 1 || err != nil {
			t.Errorf("%d forgotten, %v", n, err)
		}
		counted(t, s, 0, 0)
	})
}

func TestWhatACrashLeftOfAFileIsForgotten(t *testing.T) {
	onBoth(t, func(t *testing.T, s *store.Store) {
		store.Exec(t, s, `INSERT INTO contents (hash, size, held, put) VALUES ('', 0, 1, 1), ('', 0, 1, 0)`)
		store.Exec(t, s, `INSERT INTO pieces (content, n, data) SELECT id, 0, 'half' FROM contents`)
		put(t, s, "new")
		if n, err := s.ForgetFiles(t.Context(), time.Hour); n != 2 || err != nil {
			t.Errorf("%d forgotten, %v", n, err)
		}
		counted(t, s, 1, 1)
	})
}

func TestAPutThatIsSweptAwayMeanwhileFails(t *testing.T) {
	onBoth(t, func(t *testing.T, s *store.Store) {
		swept := false
		source := readerFunc(func(p []byte) (int, error) {
			if !swept && store.Count(t, s, "contents") > 0 {
				swept = true
				if n, err := s.ForgetFiles(t.Context(), -time.Minute); n != 1 || err != nil {
					t.Errorf("%d forgotten, %v", n, err)
				}
				return 0, io.EOF
			}
			return len(p), nil
		})
		if _, _, err := s.PutFile(t.Context(), source, 1<<30); !errors.Is(err, bot.ErrUnavailable) {
			t.Errorf("got %v", err)
		}
		counted(t, s, 0, 0)
	})
}

type readerFunc func(p []byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }

func TestDamagedContentIsAnErrorOfReading(t *testing.T) {
	damages := map[string]string{
		"a piece is missing":         `DELETE FROM pieces WHERE n = 1`,
		"the last piece is missing":  `DELETE FROM pieces WHERE n = 3`,
		"a piece is another's":       `UPDATE pieces SET data = (SELECT p.data FROM pieces p WHERE p.n = 2) WHERE n = 1`,
		"a piece is empty":           `UPDATE pieces SET data = '' WHERE n = 2`,
		"a piece is cut short":       `UPDATE pieces SET data = 'x' WHERE n = 0`,
		"there is more than was put": `UPDATE contents SET size = 300000`,
	}
	onBoth(t, func(t *testing.T, s *store.Store) {
		store.Exec(t, s, `DELETE FROM pieces`)
		for name, damage := range damages {
			t.Run(name, func(t *testing.T) {
				content := name + long
				hash := put(t, s, content)
				store.Exec(t, s, damage)
				r, err := s.OpenFile(t.Context(), hash)
				if err != nil {
					t.Fatal(err)
				}
				if _, err := io.Copy(io.Discard, r); err == nil || !strings.Contains(err.Error(), hash) {
					t.Errorf("got %v", err)
				}
				if err := r.Close(); err != nil {
					t.Error(err)
				}
				store.Exec(t, s, `DELETE FROM pieces`)
				store.Exec(t, s, `DELETE FROM contents`)
			})
		}
	})
}

// A backup of the file, or whoever finds the disk, must not have them either.
func TestWordsAndFilesThatWereTakenBackAreNotInTheFileAnyMore(t *testing.T) {
	dir := t.TempDir()
	s := open(t, filepath.Join(dir, "s.db"))
	words, content := "cl4ve-s3creta", strings.Repeat("p4ssw0rd ", 200_000)
	said := bot.Said{Platform: "t", Channel: "c", ID: "m", Text: strings.Repeat(words, 1000), At: noon}
	file := bot.KeptFile{Incident: 1, State: bot.FileKept, Attachment: bot.Attachment{Hash: put(t, s, content)}}
	update := func(fn func(tx bot.Tx) error) {
		t.Helper()
		if err := s.Update(t.Context(), fn); err != nil {
			t.Fatal(err)
		}
	}
	update(func(tx bot.Tx) error {
		return errors.Join(tx.AddIncident(t.Context(), &incident.Incident{}),
			tx.AddFile(t.Context(), &file), tx.SaveMessage(t.Context(), said))
	})
	said.Text, file.State = "", bot.FileErased
	update(func(tx bot.Tx) error {
		return errors.Join(tx.SaveFile(t.Context(), file), tx.SaveMessage(t.Context(), said))
	})
	counted(t, s, 0, 0)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	kept, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil || len(kept) == 0 {
		t.Fatal(kept, err)
	}
	for _, name := range kept {
		found, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, secret := range []string{words, "p4ssw0rd"} {
			if n := bytes.Count(found, []byte(secret)); n > 0 {
				t.Errorf("%s is %d times in %s", secret, n, filepath.Base(name))
			}
		}
	}
}
