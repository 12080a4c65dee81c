package mattermost

import (
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
)

// signer proves that something comes back that we gave out, unchanged. Each
// purpose has a key of its own, so that a proof for one is none for another.
type signer struct{ action, dialog, command []byte }

func newSigner(c Config) signer {
	root := []byte(c.Secret)
	if len(root) == 0 {
		root = []byte(c.Token)
	}
	key := func(purpose string) []byte {
		k, err := hkdf.Key(sha256.New, root, nil, "sereno mattermost "+purpose, sha256.Size)
		if err != nil { // only for absurd lengths, and in FIPS mode for short secrets
			panic(fmt.Sprintf("mattermost: derive the key for %s: %v", purpose, err))
		}
		return k
	}
	return signer{action: key("action"), dialog: key("dialog"), command: key("command")}
}

// pressed is what a button carries. It stands in the context of the button's
// integration, which the server shows to nobody; it names where the button was
// shown, so that it counts nowhere else.
type pressed struct {
	Button  string `json:"b"`
	Value   string `json:"v,omitempty"`
	Channel string `json:"c,omitempty"`
	// Exactly one of these is set: the post, when it was known; the person, of what
	// only they see; else the key of the delivery, which the post bears too.
	Post string `json:"p,omitempty"`
	User string `json:"u,omitempty"`
	Key  string `json:"k,omitempty"`
}

// filled is the state of a dialog. The person for whom it was opened can read it.
type filled struct {
	Form    string `json:"f"`
	Value   string `json:"v,omitempty"`
	User    string `json:"u"`
	Channel string `json:"c,omitempty"`
	// Key is the delivery's that opened it: sent twice, it is one event.
	Key string `json:"k"`
}

// maxSigned bounds what is looked at.
const maxSigned = 16 << 10

// errUnsigned: it was not we who gave it out.
var errUnsigned = errors.New("the signature does not fit")

// seal writes the value with its proof, in characters that survive everywhere.
func seal(key []byte, v any) (string, error) {
	body, err := json.Marshal(v)
	if err != nil {
		return "", fmt.Errorf("sign: %w", err)
	}
	enc := base64.RawURLEncoding
	return enc.EncodeToString(body) + "." + enc.EncodeToString(proof(key, body)), nil
}

// unseal reads what seal wrote; errUnsigned when it is anything else.
func unseal(key []byte, s string, v any) error {
	if len(s) > maxSigned || strings.ContainsAny(s, "\r\n") { // the decoder passes over line breaks
		return errUnsigned
	}
	body, sum, ok := strings.Cut(s, ".")
	enc := base64.RawURLEncoding.Strict()
	data, err := enc.DecodeString(body)
	given, err2 := enc.DecodeString(sum)
	if !ok || err != nil || err2 != nil || !hmac.Equal(proof(key, data), given) {
		return errUnsigned
	}
	if err := json.Unmarshal(data, v); err != nil {
		return errUnsigned
	}
	return nil
}

func proof(key, body []byte) []byte {
	mac := hmac.New(sha256.New, key)
	mac.Write(body)
	return mac.Sum(nil)
}

// commandProof goes with the address of a command: only those see it who may
// manage commands.
func (s signer) commandProof(name string) string {
	return hex.EncodeToString(proof(s.command, []byte(name)))
}

// ofCommand reports whether the proof is that of the command's address.
func (s signer) ofCommand(name, given string) bool {
	return hmac.Equal([]byte(s.commandProof(name)), []byte(given))
}
