// Package links gives pages that go where nobody can press a button a link
// instead, and takes what comes back by it. A link proves that it was given to
// whoever got the page, and for how long; following it shows the page and
// acknowledges nothing, for machines that read mail follow links too. Only what
// the button on that page sends acknowledges.
package links

import (
	"context"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"sereno/bot"
)

// Good is how long a link is good for.
const Good = 48 * time.Hour

// Purposes of a link. A proof for one is none for another.
type Purpose string

// The purposes.
const (
	// Ack shows a page and lets it be acknowledged.
	Ack Purpose = "ack"
	// Status lets a provider say what became of a message.
	Status Purpose = "status"
)

var (
	// ErrUnknown: it was not we who gave it out.
	ErrUnknown = errors.New("there is no such link")
	// ErrExpired: it was, too long ago.
	ErrExpired = errors.New("the link has expired")
)

// Links makes links and knows them again. Make it with New; it is safe for use by
// several goroutines.
type Links struct {
	public string
	secret func(context.Context) (string, error)

	mu   sync.Mutex
	keys map[Purpose][]byte // nil until the secret is known
}

// New makes links under the public address, which does not end in a slash; with ""
// there are none. The secret is asked for until it is known.
func New(public string, secret func(context.Context) (string, error)) *Links {
	return &Links{public: public, secret: secret}
}

// Public reports whether there are links at all.
func (l *Links) Public() bool { return l != nil && l.public != "" }

// AckURL is where the delivery is acknowledged; "" where it asks for nothing of the
// kind, or there are no links.
func (l *Links) AckURL(ctx context.Context, d *bot.Delivery) (string, error) {
	if !l.Public() || d.Message.Ack() == nil {
		return "", nil
	}
	token, err := l.Token(ctx, Ack, d)
	if err != nil {
		return "", err
	}
	return l.public + AckPath + token, nil
}

// StatusURL is where the provider reports on the delivery, under the path, which
// begins and ends with a slash; "" where there are no links.
func (l *Links) StatusURL(ctx context.Context, path string, d *bot.Delivery) (string, error) {
	if !l.Public() {
		return "", nil
	}
	token, err := l.Token(ctx, Status, d)
	if err != nil {
		return "", err
	}
	return l.public + path + token, nil
}

// A token is a proof, the minute in which the delivery was decided and its id:
// the same in every repetition, and short, for it travels in text messages. The
// id stands for all that it lets do: whose delivery it is, where, and of which
// incident, does not change.
const (
	proofLen = 16 // bytes: of 256 bits, half are out of reach of any guess
	maxToken = base64Len + 1
	// base64Len is the longest: the proof and two numbers of at most ten bytes.
	base64Len = (proofLen + 2*binary.MaxVarintLen64) * 4 / 3
)

var encoding = base64.RawURLEncoding.Strict()

// Token proves that the delivery went out.
func (l *Links) Token(ctx context.Context, p Purpose, d *bot.Delivery) (string, error) {
	key, err := l.key(ctx, p)
	if err != nil {
		return "", err
	}
	body := binary.AppendUvarint(nil, uint64(d.At.Unix()/60))
	body = binary.AppendUvarint(body, uint64(d.ID))
	return encoding.EncodeToString(append(proof(key, body), body...)), nil
}

// Read knows a token again: it answers the delivery's id. ErrUnknown, ErrExpired;
// any other error passes.
func (l *Links) Read(ctx context.Context, p Purpose, token string, now time.Time) (delivery int64, err error) {
	if len(token) > maxToken || strings.ContainsAny(token, "\r\n") { // the decoder passes over line breaks
		return 0, ErrUnknown
	}
	data, err := encoding.DecodeString(token)
	if err != nil || len(data) <= proofLen {
		return 0, ErrUnknown
	}
	key, err := l.key(ctx, p)
	if err != nil {
		return 0, err
	}
	given, body := data[:proofLen], data[proofLen:]
	if !hmac.Equal(given, proof(key, body)) {
		return 0, ErrUnknown
	}
	minute, n := binary.Uvarint(body)
	id, m := binary.Uvarint(body[max(n, 0):])
	if n <= 0 || m <= 0 || n+m != len(body) {
		return 0, ErrUnknown
	}
	if now.Sub(time.Unix(int64(minute)*60, 0)) > Good {
		return 0, ErrExpired
	}
	return int64(id), nil
}

func proof(key, body []byte) []byte {
	mac := hmac.New(sha256.New, key)
	mac.Write(body)
	return mac.Sum(nil)[:proofLen]
}

func (l *Links) key(ctx context.Context, p Purpose) ([]byte, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if key := l.keys[p]; key != nil {
		return key, nil
	}
	secret, err := l.secret(ctx)
	if err != nil {
		return nil, fmt.Errorf("read the secret of links: %w", err)
	}
	keys := map[Purpose][]byte{}
	for _, p := range []Purpose{Ack, Status} {
		if keys[p], err = hkdf.Key(sha256.New, []byte(secret), nil, "sereno link "+string(p), sha256.Size); err != nil {
			return nil, fmt.Errorf("derive the key of links: %w", err)
		}
	}
	l.keys = keys
	return keys[p], nil
}
