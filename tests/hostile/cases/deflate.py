"""Deflate streams (RFC 1951) that damage, lie or leave something over, in a module and in a source file."""

import random
from dataclasses import replace

import zip_parts as z
from case import Case
from wheel_parts import METADATA, MODULE, RECORD, SOURCE, archive, index_of
from zip_parts import DEFLATED


def member(name, data=None, **lies):
    """The wheel with one member deflated, its stream given, its fields lying."""

    def make():
        parts = archive()
        at = index_of(parts, name)
        content = parts.entries[at].content
        packed = data(content) if data else z.deflate(content)
        return parts.changed(at, method=DEFLATED, data=packed, both=lies).build()

    return make


def two_streams(content):
    return z.deflate(content) + z.deflate(b"other")


def no_final_block(content):
    packer = z.zlib.compressobj(9, z.zlib.DEFLATED, -15)
    return packer.compress(content) + packer.flush(z.zlib.Z_FULL_FLUSH)


def flipped(content):
    data = bytearray(z.deflate(content))
    data[len(data) // 2] ^= 0x10
    return bytes(data)


def huffman_over_subscribed(_):
    """A dynamic block whose code length code is over-subscribed: eighteen codes of one bit."""
    bits = [1, 0, 1] + [0] * 5 + [0] * 5 + [0, 1, 1, 1] + [1, 0, 0] * 18
    return bytes(sum(bit << i for i, bit in enumerate(bits[at : at + 8])) for at in range(0, len(bits), 8)) + bytes(64)


def distance_too_far(_):
    """A fixed block whose first symbol is a copy from before the start."""
    return bytes([0x03, 0x02]) + b"\0" * 8


def length_lie(content):
    """A stored block whose length and complement disagree."""
    return b"\1" + z.struct.pack("<HH", len(content), len(content)) + content


SIZE, OTHER = len(archive().entries[0].content), b"# another file of another size\n"


def cases():
    for what, make, words in [
        ("a stream of nothing but zeros", member(SOURCE, lambda c: bytes(100)), "the compressed data is damaged"),
        ("random bytes as a stream", member(SOURCE, lambda c: random.Random(7).randbytes(300)), "damaged"),
        ("a stream with one bit flipped", member(MODULE, flipped), "the content has another checksum than declared"),
        ("a stream cut in half", member(MODULE, lambda c: z.deflate(c)[: len(z.deflate(c)) // 2]), "damaged"),
        ("a stream without its last byte", member(SOURCE, lambda c: z.deflate(c)[:-1]), "damaged"),
        ("a stream without a final block", member(SOURCE, no_final_block), "damaged"),
        ("a stream in zlib's wrapper", member(SOURCE, z.zlib.compress), "the compressed data is damaged"),
        ("a stream of reserved blocks", member(SOURCE, lambda c: b"\x07" * 50), "damaged"),
        ("an over-subscribed Huffman code", member(SOURCE, huffman_over_subscribed), "damaged"),
        ("a copy from before the start", member(SOURCE, distance_too_far), "damaged"),
        ("a stored block whose length is wrong", member(SOURCE, length_lie), "damaged"),
        ("two streams in one entry", member(SOURCE, two_streams), "bytes behind the compressed data"),
        ("bytes behind the stream", member(SOURCE, lambda c: z.deflate(c) + b"hidden"), "bytes behind the compressed data"),
        ("a module that inflates to more than declared", member(MODULE, lambda c: z.deflate(c + bytes(5000))),
         "inflates to more than its declared size"),
        ("a source file that inflates to more than declared", member(SOURCE, lambda c: z.deflate(c + b"import evil\n")),
         "inflates to more than its declared size"),
        ("METADATA that inflates to more than declared", member(METADATA, lambda c: z.deflate(c + b"x")),
         "inflates to more than its declared size"),
        ("a member that inflates to 100 MB and declares 304 bytes", member(
            SOURCE, lambda c: z.deflate(bytes(100_000_000))), "inflates to more than its declared size"),
        ("a member that inflates to less than declared", member(SOURCE, lambda c: z.deflate(c[:-9])),
         "inflates to less than its declared size"),
        ("an empty stream for a file", member(SOURCE, lambda c: z.deflate(b"")), "inflates to less than its declared size"),
        ("a member with another checksum", member(SOURCE, crc=1), "another checksum than declared"),
        ("RECORD with another checksum", member(RECORD, crc=1), "another checksum than declared"),
        ("a module with another checksum", member(MODULE, crc=1), "another checksum than declared"),
        ("a stored member with another checksum", lambda: archive().changed(0, both={"crc": 1}).build(),
         "another checksum than declared"),
        ("a declared size of 300 KB for 304 bytes", member(SOURCE, size=300_000), "the compressed bytes cannot yield the declared size"),
        ("another file of the same checksum field", member(SOURCE, lambda c: z.deflate(OTHER.ljust(SIZE))),
         "another checksum than declared"),
    ]:  # fmt: skip
        yield Case(what, make, "WA510", words)
    yield Case("a thousand empty stored blocks before the data", member(
        SOURCE, lambda c: b"\0\0\0\xff\xff" * 1000 + z.deflate(c)), "WA102", "compatible", exit=0)  # fmt: skip
