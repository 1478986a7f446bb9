// The outer planets go round the sun, by hand: see test/benchmark/nbody.py.
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <vector>

struct Body {
  double x, y, z, vx, vy, vz, mass;
};

static void advance(std::vector<Body>& bodies, double dt) {
  const size_t count = bodies.size();
  for (size_t i = 0; i < count; ++i) {
    Body& first = bodies[i];
    for (size_t j = i + 1; j < count; ++j) {
      Body& second = bodies[j];
      const double dx = first.x - second.x, dy = first.y - second.y, dz = first.z - second.z;
      const double square = dx * dx + dy * dy + dz * dz;
      const double magnitude = dt / (square * std::sqrt(square));
      first.vx -= dx * second.mass * magnitude;
      first.vy -= dy * second.mass * magnitude;
      first.vz -= dz * second.mass * magnitude;
      second.vx += dx * first.mass * magnitude;
      second.vy += dy * first.mass * magnitude;
      second.vz += dz * first.mass * magnitude;
    }
  }
  for (Body& body : bodies) {
    body.x += dt * body.vx;
    body.y += dt * body.vy;
    body.z += dt * body.vz;
  }
}

static double energy(const std::vector<Body>& bodies) {
  double total = 0.0;
  for (size_t i = 0; i < bodies.size(); ++i) {
    const Body& body = bodies[i];
    total += 0.5 * body.mass * (body.vx * body.vx + body.vy * body.vy + body.vz * body.vz);
    for (size_t j = i + 1; j < bodies.size(); ++j) {
      const Body& other = bodies[j];
      const double dx = body.x - other.x, dy = body.y - other.y, dz = body.z - other.z;
      total -= body.mass * other.mass / std::sqrt(dx * dx + dy * dy + dz * dz);
    }
  }
  return total;
}

int main(int argc, char** argv) {
  const int steps = argc > 1 ? std::atoi(argv[1]) : 2000000;
  constexpr double solar_mass = 39.47841760435743, days = 365.24;
  std::vector<Body> bodies{
      {0.0, 0.0, 0.0, 0.0, 0.0, 0.0, solar_mass},
      {4.84143144246472090, -1.16032004402742839, -0.103622044471123109, 0.00166007664274403694 * days,
       0.00769901118419740425 * days, -0.0000690460016972063023 * days, 0.000954791938424326609 * solar_mass},
      {8.34336671824457987, 4.12479856412430479, -0.403523417114321381, -0.00276742510726411190 * days,
       0.00499852801234917238 * days, 0.0000230417297573763929 * days, 0.000285885980666130812 * solar_mass},
      {12.8943695621391310, -15.1111514016986312, -0.223307578892655734, 0.00296460137564761618 * days,
       0.00237847173959480950 * days, -0.0000296589568540237556 * days, 0.0000436624404335156298 * solar_mass},
      {15.3796971148509165, -25.9193146099879641, 0.179258772950371181, 0.00268067772490389322 * days,
       0.00162824170038242295 * days, -0.0000951592254519715870 * days, 0.0000515138902046611451 * solar_mass},
  };
  std::printf("%.9f\n", energy(bodies));
  for (int step = 0; step < steps; ++step) advance(bodies, 0.01);
  std::printf("%.9f\n", energy(bodies));
}
