#!/usr/bin/env python3
"""A server of the lesson's design: `lesson.py [PORT]`, 9090 by default. A thread per client, and no care
for what may go wrong.

The checker tells which cases this design keeps, and which it breaks.
"""
import socket
import sys
import threading


def talk(connection, number):
    print("atendendo cliente...")
    connection.send(f"Servidor de eco (cliente {number}).\n".encode("utf-8"))
    while True:
        text = connection.recv(1024).decode("utf-8")  # raises if the read ends within a character
        if text == "":
            break
        connection.send(text.upper().encode("utf-8"))  # may send only a part
        if text.strip() == "tchau":
            break
    connection.close()  # resets the connection if there is something left to read


def main():
    port = int(sys.argv[1]) if len(sys.argv) > 1 else 9090
    listener = socket.socket()  # without SO_REUSEADDR
    listener.bind(("localhost", port))
    listener.listen()
    number = 0
    while True:
        print(f"Aguarda conexão na porta {port}")
        connection, address = listener.accept()
        number += 1
        print(f"Conexão estabelecida de {address[0]}:{address[1]}")
        threading.Thread(target=talk, args=(connection, number)).start()


main()
