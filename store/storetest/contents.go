package storetest

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"math/rand/v2"
	"runtime"
	"strings"
	"testing/iotest"
	"time"

	"sereno/bot"
)

func hashOf(content string) string {
	sum := sha256.Sum256([]byte(content))
	return hex.EncodeToString(sum[:])
}

const enough = 1 << 30 // bytes: more than any test puts

// put keeps a content and answers its hash.
func (s *suite) put(content string) string {
	s.Helper()
	hash, size, err := s.PutFile(s.Context(), strings.NewReader(content), enough)
	s.ok(err)
	s.equal(size, int64(len(content)))
	return hash
}

// content reads what is kept under the hash.
func (s *suite) content(hash string) string {
	s.Helper()
	r, err := s.OpenFile(s.Context(), hash)
	s.ok(err)
	got, err := io.ReadAll(r)
	s.ok(err)
	s.ok(r.Close())
	return string(got)
}

// gone shows that there is no such content.
func (s *suite) gone(hash string) {
	s.Helper()
	_, err := s.OpenFile(s.Context(), hash)
	s.fails(err, bot.ErrNotFound)
}

// forget drops what was put until now for no file.
func (s *suite) forget() int {
	s.Helper()
	n, err := s.ForgetFiles(s.Context(), -time.Minute)
	s.ok(err)
	return n
}

// noise is n bytes that no database can make shorter.
func noise(n int64) io.Reader { return io.LimitReader(rand.NewChaCha8([32]byte{1}), n) }

// watched calls see at every megabyte that is read.
type watched struct {
	io.Reader
	left int
	see  func()
}

func (w *watched) Read(p []byte) (int, error) {
	n, err := w.Reader.Read(p)
	if w.left -= n; w.left <= 0 {
		w.left = 1 << 20
		w.see()
	}
	return n, err
}

var contents = []promise{
	{"a content is read back as it was put, under its SHA-256", func(s *suite) {
		const kilo = 1 << 10
		for _, size := range []int{0, 1, 100 * kilo, 256*kilo - 1, 256 * kilo, 256*kilo + 1, 1024 * kilo} {
			s.Log(size)
			content := strings.Repeat("\x00a\xffñ", size/5+1)[:size]
			hash := s.put(content)
			s.equal(hash, hashOf(content))
			s.equal(s.content(hash) == content, true)
		}
	}},
	{"how it comes and how it is read makes no difference", func(s *suite) {
		content := strings.Repeat("0123456789", 60_000)
		for _, source := range []func(io.Reader) io.Reader{iotest.HalfReader, iotest.DataErrReader} {
			hash, _, err := s.PutFile(s.Context(), source(strings.NewReader(content)), enough)
			s.ok(err)
			r, err := s.OpenFile(s.Context(), hash)
			s.ok(err)
			s.ok(iotest.TestReader(r, []byte(content)))
			s.ok(r.Close())
			if _, err := r.Read(make([]byte, 1)); err == nil || errors.Is(err, io.EOF) {
				s.Errorf("a closed reader reads: %v", err)
			}
		}
	}},
	{"what is not there is not found", func(s *suite) {
		s.put("something")
		s.gone(hashOf("something else"))
		s.gone("")
	}},
	{"as much as the limit is kept, and nothing of what is more", func(s *suite) {
		for _, limit := range []int64{0, 5, 256 << 10, 600_000} {
			fits := strings.Repeat("x", int(limit))
			hash, size, err := s.PutFile(s.Context(), strings.NewReader(fits), limit)
			s.ok(err)
			s.equal(size, limit)
			s.equal(s.content(hash) == fits, true)
			_, _, err = s.PutFile(s.Context(), strings.NewReader(fits+"y"), limit)
			s.fails(err, bot.ErrTooLarge)
			s.gone(hashOf(fits + "y"))
		}
		s.equal(s.forget(), 4)
	}},
	{"a limit is noticed without reading on", func(s *suite) {
		endless := &watched{Reader: rand.NewChaCha8([32]byte{}), see: func() {}}
		_, _, err := s.PutFile(s.Context(), endless, 1<<20)
		s.fails(err, bot.ErrTooLarge)
	}},
	{"nothing is kept of what breaks off, and its error is returned", func(s *suite) {
		for _, size := range []int64{0, 10, 256 << 10, 700_000} {
			for _, cause := range []error{errMine, io.ErrUnexpectedEOF} {
				_, _, err := s.PutFile(s.Context(), io.MultiReader(noise(size), iotest.ErrReader(cause)), enough)
				s.equal(err == cause, true) //nolint:errorlint // the very same is promised
			}
		}
		s.equal(s.forget(), 0)
	}},
	{"nothing is kept for a caller who leaves", func(s *suite) {
		ctx, cancel := context.WithCancel(s.Context())
		_, _, err := s.PutFile(ctx, &watched{Reader: noise(3 << 20), left: 1 << 20, see: cancel}, enough)
		s.fails(err, context.Canceled)
		s.equal(s.forget(), 0)
	}},
	{"many who put the same content at once keep it once", func(s *suite) {
		content := strings.Repeat("the same ", 100_000)
		beside(6, func(int) {
			hash, _, err := s.PutFile(s.Context(), strings.NewReader(content), enough)
			if err != nil || hash != hashOf(content) {
				s.Errorf("got %s, %v", hash, err)
			}
		})
		s.equal(s.content(hashOf(content)) == content, true)
		s.equal(s.forget(), 1)
		s.gone(hashOf(content))
	}},
	{"a large content passes through little memory", func(s *suite) {
		const size, most = 20 << 20, 6 << 20
		var base, now runtime.MemStats
		peak := uint64(0)
		see := func() {
			runtime.GC()
			runtime.ReadMemStats(&now)
			peak = max(peak, now.HeapAlloc)
		}
		see()
		base, peak = now, 0
		hash, n, err := s.PutFile(s.Context(), &watched{Reader: noise(size), see: see}, size)
		s.ok(err)
		s.equal(n, int64(size))
		r, err := s.OpenFile(s.Context(), hash)
		s.ok(err)
		sum := sha256.New()
		n, err = io.Copy(sum, &watched{Reader: r, see: see})
		s.ok(err)
		s.ok(r.Close())
		s.equal(n, int64(size))
		s.equal(hex.EncodeToString(sum.Sum(nil)), hash)
		if peak > base.HeapAlloc+most {
			s.Errorf("%d KiB were in use", (peak-base.HeapAlloc)>>10)
		}
	}},
	{"one who reads slowly holds up nobody", func(s *suite) {
		hash := s.put(strings.Repeat("slow", 200_000))
		r, err := s.OpenFile(s.Context(), hash)
		s.ok(err)
		_, err = r.Read(make([]byte, 10))
		s.ok(err)
		s.accept(said("c", 1))
		s.put("another")
		rest, err := io.ReadAll(r)
		s.ok(err)
		s.equal(len(rest), 800_000-10)
		s.ok(r.Close())
	}},
	{"a reading whose content is erased meanwhile ends in an error", func(s *suite) {
		s.open(report("acme", noon))
		hash := s.put(strings.Repeat("long", 200_000))
		f := s.add(attached("m1", hash))
		r, err := s.OpenFile(s.Context(), hash)
		s.ok(err)
		_, err = r.Read(make([]byte, 10))
		s.ok(err)
		s.erase(f)
		_, err = io.ReadAll(r)
		s.fails(err, bot.ErrNotFound)
		s.ok(r.Close())
	}},
	{"a content that no file came to name is forgotten, after its time", func(s *suite) {
		s.open(report("acme", noon))
		stray, named := s.put(strings.Repeat("stray", 300_000)), s.put("named")
		s.add(attached("m1", named))
		n, err := s.ForgetFiles(s.Context(), time.Hour)
		s.ok(err)
		s.equal(n, 0)
		s.equal(len(s.content(stray)), 1_500_000)
		s.equal(s.forget(), 1)
		s.equal(s.forget(), 0)
		s.gone(stray)
		s.equal(s.content(named), "named")
	}},
	{"a second put that no file came to name does not keep what is erased for ever", func(s *suite) {
		s.open(report("acme", noon))
		hash := s.put("again")
		f := s.add(attached("m1", hash))
		s.put("again")
		s.equal(s.forget(), 0)
		s.equal(s.content(hash), "again")
		s.erase(f)
		s.gone(hash)
	}},
	{"more strays than one look finds are all forgotten", func(s *suite) {
		const all = 230
		for n := range all {
			s.put(strings.Repeat("x", n))
		}
		s.equal(s.forget(), all)
	}},
}
