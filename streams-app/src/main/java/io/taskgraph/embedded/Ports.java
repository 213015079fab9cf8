package io.taskgraph.embedded;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;

/** TCP ports of this machine's loopback interface. */
final class Ports {
    static final String HOST = "127.0.0.1";

    private Ports() {}

    /**
     * The preferred port if it can be had now, otherwise any free one. Another process may still take it before it is
     * bound; whoever binds it must be ready to ask again.
     *
     * @param preferred 0..65535; 0 for any
     */
    static int freeOr(int preferred) {
        if (preferred != 0) {
            try (ServerSocket socket = bind(preferred)) {
                return socket.getLocalPort();
            } catch (IOException taken) {
                // Falls through: any other will do.
            }
        }
        try (ServerSocket socket = bind(0)) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new EmbeddedException("No free TCP port on " + HOST + " (" + e.getMessage() + ").", e);
        }
    }

    private static ServerSocket bind(int port) throws IOException {
        ServerSocket socket = new ServerSocket();
        try {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getByName(HOST), port));
            return socket;
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }
}
