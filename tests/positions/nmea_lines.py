"""Writes sentences, by the rules of the standards and by nothing of the program."""

from __future__ import annotations

from functools import reduce


def xor(text: str) -> int:
    return reduce(lambda value, sign: value ^ ord(sign), text, 0)


def nmea(body: str) -> bytes:
    return f"${body}*{xor(body):02X}\r\n".encode()


def tagged(body: str, tag: str) -> bytes:
    return f"\\{tag}*{xor(tag):02x}\\".encode() + nmea(body)


def taip(body: str, unit: str) -> bytes:
    text = f">{body};ID={unit};*"
    return f"{text}{xor(text):02X}<".encode()


def rmc(latitude: str = "4354.300,N", longitude: str = "07528.800,W") -> str:
    return f"GPRMC,170000.00,A,{latitude},{longitude},10.0,045.0,030326,,,A"
